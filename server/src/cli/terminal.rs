//! Progress and figures on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over the bytes of a file, with rate and remaining time.
pub fn bytes_bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    let style = "{wide_bar} {percent} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
    // The template is fixed: where it cannot be read, the usual bar serves.
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A bar over parcels, with the remaining time.
pub fn parcels_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = "{wide_bar} {percent} %  {human_pos} of {human_len} parcels  {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A large count, in groups of three.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
