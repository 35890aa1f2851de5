//! What is a letter, without Unicode's tables: they weigh as much as a protocol.

/// Whether words are made of this: letters and digits of any language. What is not ASCII is a letter, but for the blocks that hold
/// signs alone; a sign that is taken for a letter, in a block that mixes them, costs nothing but a guess.
#[must_use]
pub fn is_letter(char: char) -> bool {
    match char {
        '\0'..='\u{7f}' => char.is_ascii_alphanumeric(),
        '\u{80}'..='\u{bf}' | '×' | '÷' => {
            matches!(char, 'ª' | '²' | '³' | 'µ' | '¹' | 'º' | '¼'..='¾')
        }
        // Punctuation, currencies, arrows and mathematics; CJK's own; emoji.
        '\u{2000}'..='\u{2bff}'
        | '\u{2e00}'..='\u{2e7f}'
        | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}' => false,
        '\u{30fb}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fe10}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' => false,
        '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}'
        | '\u{fff0}'..='\u{ffff}'
        | '\u{1f000}'..='\u{1faff}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_what_unicode_says_in_what_people_write() {
        let text = "aZ09 _-:>.,;!?()[]{}<|@#é ß ñ Ø ж Ω א ع ह ก 你好，。、；：？！「」『』【】《》〈〉・ーかカ한글“”‘’«»…–—·•→😀👍🏽\u{200d}\u{3000}\u{a0}";
        for char in text.chars() {
            assert_eq!(is_letter(char), char.is_alphanumeric(), "{char:?}");
        }
        for char in ('\0'..'\u{180}').chain('\u{ff00}'..='\u{ff65}') {
            assert_eq!(is_letter(char), char.is_alphanumeric(), "{char:?}");
        }
    }
}
