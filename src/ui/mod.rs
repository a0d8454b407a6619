//! The toolkit of the screens: keys as rows, fields, forms, tables, questions. It knows no case.
