//! Tracking numbers as people paste them.

/// How many numbers one search takes.
pub const MOST: usize = 200;

/// The numbers in a text, separated by whitespace, commas or semicolons; each once, in the order given.
pub fn numbers_in(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for number in text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|n| !n.is_empty()) {
        if !numbers.iter().any(|known| known == number) {
            numbers.push(number.to_owned());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_separated_by_anything_people_paste() {
        assert_eq!(numbers_in(" A1, B2;C3\r\nD4\tA1\n\n"), ["A1", "B2", "C3", "D4"]);
        assert!(numbers_in(" ,; ").is_empty());
    }
}
