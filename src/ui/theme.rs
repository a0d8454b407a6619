//! The looks of the desk: named styles out of the sixteen ANSI colours, each of which still differs without colour.

use std::ffi::OsStr;

use ratatui::style::{Color, Modifier, Style};

/// How things look; colour is an addition, never the only difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// A theme with or without colour.
    pub fn new(colour: bool) -> Theme {
        Theme { colour }
    }

    /// The theme asked for by the environment variable NO_COLOR (any text but the empty one means no colour, see
    /// no-color.org), and otherwise by the configuration.
    pub fn chosen(no_color: Option<&OsStr>, configured: bool) -> Theme {
        Theme { colour: configured && no_color.is_none_or(OsStr::is_empty) }
    }

    /// Whether colour is used.
    pub fn has_colour(self) -> bool {
        self.colour
    }

    fn style(self, colour: Option<Color>, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        match colour {
            Some(colour) if self.colour => style.fg(colour),
            _ => style,
        }
    }

    /// Running text.
    pub fn text(self) -> Style {
        Style::new()
    }

    /// Titles of screens, boxes and columns.
    pub fn title(self) -> Style {
        self.style(Some(Color::Cyan), Modifier::BOLD)
    }

    /// What may be overlooked: hints, labels, borders, prefilled marks.
    pub fn dim(self) -> Style {
        self.style(None, Modifier::DIM)
    }

    /// The mark `!!` of what is late.
    pub fn mark_overdue(self) -> Style {
        self.style(Some(Color::LightRed), Modifier::BOLD)
    }

    /// The mark `!` of what is soon due.
    pub fn mark_soon(self) -> Style {
        self.style(Some(Color::Yellow), Modifier::BOLD)
    }

    /// Something done or right.
    pub fn ok(self) -> Style {
        self.style(Some(Color::Green), Modifier::empty())
    }

    /// Something to look at.
    pub fn warn(self) -> Style {
        self.style(Some(Color::Yellow), Modifier::BOLD)
    }

    /// Something refused.
    pub fn error(self) -> Style {
        self.style(Some(Color::LightRed), Modifier::BOLD)
    }

    /// The row a list stands on.
    pub fn selected(self) -> Style {
        self.style(None, Modifier::REVERSED)
    }

    /// A field to type into.
    pub fn field(self) -> Style {
        self.style(None, Modifier::UNDERLINED)
    }

    /// The field that has the caret.
    pub fn field_focus(self) -> Style {
        self.style(Some(Color::White), Modifier::BOLD.union(Modifier::UNDERLINED))
    }

    /// What can't be used now.
    pub fn disabled(self) -> Style {
        self.style(Some(Color::DarkGray), Modifier::DIM)
    }

    /// The key names of the footer.
    pub fn footer_key(self) -> Style {
        self.style(Some(Color::Cyan), Modifier::BOLD)
    }

    /// The part of a text that a search found.
    pub fn matched(self) -> Style {
        self.style(Some(Color::LightGreen), Modifier::BOLD.union(Modifier::UNDERLINED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_wins_over_the_configuration() {
        assert!(Theme::chosen(None, true).has_colour());
        assert!(Theme::chosen(Some(OsStr::new("")), true).has_colour(), "an empty NO_COLOR means nothing");
        assert!(!Theme::chosen(Some(OsStr::new("1")), true).has_colour());
        assert!(!Theme::chosen(None, false).has_colour());
    }

    #[test]
    fn without_colour_the_styles_still_differ_and_name_no_colour() {
        let theme = Theme::new(false);
        let marked = [
            theme.title(),
            theme.dim(),
            theme.selected(),
            theme.field(),
            theme.field_focus(),
            theme.matched(),
            theme.error(),
        ];
        for style in marked {
            assert_eq!(style.fg, None);
            assert_ne!(style, theme.text());
        }
        assert_ne!(theme.field(), theme.field_focus());
    }
}
