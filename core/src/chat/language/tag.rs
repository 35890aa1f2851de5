//! Which languages there are, and which one is asked for.

use std::str::FromStr;

/// The languages the chat speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

/// There is no language of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Takes a tag such as `zh`, `zh-CN` or `en`.
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        match tag
            .split(['-', '_'])
            .next()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("en") => Ok(Self::English),
            Some("zh") => Ok(Self::Chinese),
            _ => Err(UnknownLanguage),
        }
    }
}

impl Language {
    /// All of them, in the order in which a person chooses.
    pub const ALL: &'static [Self] = &[Self::English, Self::Chinese];

    /// The name, as a URL parameter has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The [BCP 47](https://www.rfc-editor.org/info/bcp47) tag, for the attribute `lang`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The first of these tags that the chat speaks; English if it speaks none.
    #[must_use]
    pub fn preferred<T: AsRef<str>>(asked: impl IntoIterator<Item = T>) -> Self {
        asked
            .into_iter()
            .find_map(|tag| tag.as_ref().parse().ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_wins() {
        let preferred = |asked: &[&str]| Language::preferred(asked);
        assert_eq!(preferred(&[]), Language::English);
        assert_eq!(preferred(&["fr", "de-CH"]), Language::English);
        assert_eq!(preferred(&["fr", "zh-Hant-TW", "en"]), Language::Chinese);
        assert_eq!(preferred(&["en-US", "zh-CN"]), Language::English);
        assert_eq!("ZH_cn".parse(), Ok(Language::Chinese));
        assert_eq!("zhuang".parse::<Language>(), Err(UnknownLanguage));
    }
}
