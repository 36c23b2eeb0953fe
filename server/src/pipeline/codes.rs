//! Codes that no mapping knows are counted one by one while they are few. Where somebody took a column of numbers for
//! the codes there are millions, of which none says anything: the rare ones are counted together.

use std::cmp::Reverse;

use intake::Parsed;
use store::FURTHER_CODES;

/// Unmapped codes of one batch that are counted one by one.
pub const CODES: usize = 1_000;

/// The codes of a batch: the code, whether no mapping knows it, and its events.
pub fn counted(parsed: &Parsed) -> Vec<(String, bool, i64)> {
    let (mut unmapped, mut counted): (Vec<_>, Vec<_>) = (parsed.codes.iter())
        .map(|(code, c)| (code.to_string(), c.is_unmapped(), c.count as i64))
        .partition(|(_, is_unmapped, _)| *is_unmapped);
    unmapped.sort_by(|(a, _, n), (b, _, m)| (Reverse(n), a).cmp(&(Reverse(m), b)));
    let rest: i64 = unmapped.iter().skip(CODES).map(|(_, _, n)| n).sum();
    counted.extend(unmapped.into_iter().take(CODES));
    counted.extend((rest > 0).then(|| (FURTHER_CODES.to_owned(), true, rest)));
    counted
}
