//! The toolkit of the screens: keys as rows, fields, forms, tables, questions. It knows no case.

pub mod choice;
pub mod confirm;
pub mod draw;
pub mod field;
pub mod form;
pub mod fresh;
pub mod gauge;
pub mod kept;
pub mod keys;
pub mod layout;
pub mod lesson;
pub mod page;
pub mod pick;
pub mod pin;
pub mod print;
pub mod read;
pub mod scan;
pub mod screen;
pub mod table;
pub mod theme;
pub mod when;
