//! An address: a URL without its query and its fragment. They may hold a token, and say nothing of which server it is.

/// The address that a URL leads to.
pub(crate) fn address_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Target;

    #[test]
    fn no_token_is_part_of_an_address() {
        for url in [
            "wss://a/b",
            "wss://a/b?token=1",
            "wss://a/b#token",
            "wss://a/b?c#d",
        ] {
            assert_eq!(address_of(url), "wss://a/b");
            assert!(!format!("{:?}", Target::new(url)).contains("token"));
        }
    }
}
