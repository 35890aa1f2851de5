//! The headers of a STOMP frame: an ordered list in which the first of repeated names counts.

use std::fmt;

/// A frame's headers, in order, unescaped and never trimmed.
///
/// # Source
/// STOMP 1.2, "Repeated Header Entries".
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the header `name`; of repeated ones, the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(header, _)| *header == name)
            .map(|(_, value)| value)
    }

    /// Appends a header.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// All headers in order, repeated ones too.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are, repeated ones too.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Shows all but the passcode, which must not end up in a log.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .iter()
            .map(|(name, value)| (name, if name == "passcode" { "***" } else { value }));
        f.debug_map().entries(shown).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        Self(
            headers
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_repeated_headers_counts() {
        let headers = Headers::from_iter([("foo", "World"), ("Foo", "other"), ("foo", "Hello")]);
        assert_eq!(headers.get("foo"), Some("World"));
        assert_eq!(headers.get("FOO"), None);
        assert_eq!((headers.len(), headers.is_empty()), (3, false));
        assert!(Headers::default().is_empty());
    }

    #[test]
    fn a_passcode_is_not_shown() {
        let shown = format!(
            "{:?}",
            Headers::from_iter([("login", "ada"), ("passcode", "secret")])
        );
        assert!(
            shown.contains("ada") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
