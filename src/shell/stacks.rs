//! Which screens are open: one stack per place of the first row, so that changing the place loses nothing.

use crate::ui::screen::{Place, Screen};

type Stack = Vec<Box<dyn Screen>>;

/// All open screens. The last of the current stack is the one the clerk sees.
#[derive(Default)]
pub struct Stacks {
    stacks: Vec<Stack>,
    current: usize,
}

impl std::fmt::Debug for Stacks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stacks").field("stacks", &self.stacks.len()).field("current", &self.current).finish()
    }
}

impl Stacks {
    /// One stack with one screen.
    pub fn of(screen: Box<dyn Screen>) -> Stacks {
        Stacks { stacks: vec![vec![screen]], current: 0 }
    }

    /// The screen the clerk sees.
    pub fn top(&self) -> Option<&dyn Screen> {
        self.stacks.get(self.current)?.last().map(|screen| &**screen)
    }

    /// The same, to be changed.
    pub fn top_mut(&mut self) -> Option<&mut Box<dyn Screen>> {
        self.stacks.get_mut(self.current)?.last_mut()
    }

    /// The place the clerk is at.
    pub fn place(&self) -> Option<Place> {
        self.top().map(|screen| screen.place())
    }

    /// Name of the place at the bottom of the current stack.
    pub fn root(&self) -> Option<&'static str> {
        Some(self.stacks.get(self.current)?.first()?.place().name)
    }

    /// How many screens lie in the current stack.
    pub fn depth(&self) -> usize {
        self.stacks.get(self.current).map_or(0, Vec::len)
    }

    /// Puts a screen on top.
    pub fn push(&mut self, screen: Box<dyn Screen>) {
        match self.stacks.get_mut(self.current) {
            Some(stack) => stack.push(screen),
            None => *self = Stacks::of(screen),
        }
    }

    /// Takes the top screen away; the bottom one stays unless it is to be replaced.
    pub fn pop(&mut self) -> Option<Box<dyn Screen>> {
        self.stacks.get_mut(self.current)?.pop()
    }

    /// Changes to the stack with this place at its bottom; false when there is none.
    pub fn switch(&mut self, name: &str) -> bool {
        let found =
            self.stacks.iter().position(|stack| stack.first().is_some_and(|screen| screen.place().name == name));
        if let Some(index) = found {
            self.current = index;
        }
        found.is_some()
    }

    /// Changes to the stack with this place on its top; false when there is none.
    pub fn show(&mut self, place: Place) -> bool {
        let found = self.stacks.iter().position(|stack| stack.last().is_some_and(|screen| screen.place() == place));
        if let Some(index) = found {
            self.current = index;
        }
        found.is_some()
    }

    /// Begins another stack and changes to it.
    pub fn begin(&mut self, screen: Box<dyn Screen>) {
        self.stacks.push(vec![screen]);
        self.current = self.stacks.len() - 1;
    }

    /// Closes the current stack with everything in it.
    pub fn leave(&mut self) {
        if self.current < self.stacks.len() {
            self.stacks.remove(self.current);
        }
        self.current = self.current.min(self.stacks.len().saturating_sub(1));
    }

    /// The screen at this place, the topmost first, wherever it lies.
    pub fn at(&mut self, place: Place) -> Option<&mut Box<dyn Screen>> {
        let current = self.current;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            self.stacks.iter_mut().enumerate().partition(|(index, _)| *index == current);
        here.into_iter()
            .chain(elsewhere)
            .flat_map(|(_, stack)| stack.iter_mut().rev())
            .find(|screen| screen.place() == place)
    }

    /// Every open screen.
    pub fn all(&self) -> impl Iterator<Item = &dyn Screen> {
        self.stacks.iter().flatten().map(|screen| &**screen)
    }
}
