//! `<Chat>` in a real document: the page's contract.
