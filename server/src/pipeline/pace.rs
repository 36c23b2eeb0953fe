//! How far the clock is believed. Deadlines are judged as time passes; a clock that jumps would judge a year of them
//! at once. So a jump is believed only after the clock has gone on steadily for a while, forwards or backwards.

use std::time::{Duration, Instant};

use domain::promise::DAY_MS;

/// A step forward that nobody doubts: a server may have been away for a month.
const FAR: i64 = 31 * DAY_MS;
/// A step back that means nothing: clocks are put right, and those of two servers differ, in milliseconds.
const NEAR: i64 = 5 * 60_000;
/// For how long a clock that jumped has to go on steadily.
const BELIEVED_AFTER: Duration = Duration::from_secs(15 * 60);

/// What is to be done about the deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: the clock is not ahead, or is in doubt.
    Wait,
    /// Judge those that have passed.
    Judge,
    /// Take back what was judged too early.
    JudgeAgain,
}

/// How far the clock is believed.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the clock was first seen to have jumped, and what it said then.
    jumped: Option<(Instant, i64)>,
}

impl Pace {
    /// What is to be done where deadlines have been judged up to `judged_until` and the clock says `now` (UTC epoch
    /// milliseconds) at `instant`.
    pub fn turn(&mut self, judged_until: i64, now: i64, instant: Instant) -> Turn {
        let ahead = now - judged_until;
        if judged_until == 0 || (-NEAR..=FAR).contains(&ahead) {
            self.jumped = None;
            return if ahead > 0 { Turn::Judge } else { Turn::Wait };
        }
        let steady = self.jumped.map(|(since, then)| (instant.saturating_duration_since(since), now - then));
        match steady {
            Some((passed, told)) if (told - passed.as_millis() as i64).abs() <= NEAR => {
                if passed < BELIEVED_AFTER {
                    Turn::Wait
                } else if ahead > 0 {
                    Turn::Judge
                } else {
                    Turn::JudgeAgain
                }
            }
            _ => {
                let minutes = BELIEVED_AFTER.as_secs() / 60;
                tracing::warn!(
                    ahead_s = ahead / 1000,
                    minutes,
                    "the clock has jumped; deadlines wait until it is steady"
                );
                self.jumped = Some((instant, now));
                Turn::Wait
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_348_800_000;
    const MINUTE: i64 = 60_000;

    /// What is done minute by minute while deadlines stay judged up to `judged_until`.
    fn turns(pace: &mut Pace, judged_until: i64, begin: i64, minutes: i64) -> Vec<Turn> {
        let start = Instant::now();
        let at = |minute: i64| start + Duration::from_millis((minute * MINUTE) as u64);
        (0..minutes).map(|minute| pace.turn(judged_until, begin + minute * MINUTE, at(minute))).collect()
    }

    #[test]
    fn time_that_passes_is_judged_at_once() {
        let mut pace = Pace::default();
        assert_eq!(turns(&mut pace, NOW, NOW + 1, 3), [Turn::Judge; 3]);
        assert_eq!(turns(&mut pace, NOW, NOW + 30 * DAY_MS, 3), [Turn::Judge; 3]);
        assert_eq!(turns(&mut pace, 0, NOW, 3), [Turn::Judge; 3]);
        assert_eq!(turns(&mut pace, NOW, NOW - MINUTE, 1), [Turn::Wait]);
    }

    #[test]
    fn a_jump_is_believed_after_a_quarter_of_an_hour() {
        for (jump, after) in [(365 * DAY_MS, Turn::Judge), (-365 * DAY_MS, Turn::JudgeAgain)] {
            let turns = turns(&mut Pace::default(), NOW, NOW + jump, 17);
            assert_eq!(turns[..15], [Turn::Wait; 15]);
            assert_eq!(turns[15..], [after; 2]);
        }
    }

    #[test]
    fn a_jump_that_is_put_right_in_time_changes_nothing() {
        let mut pace = Pace::default();
        assert_eq!(turns(&mut pace, NOW, NOW + 365 * DAY_MS, 10), [Turn::Wait; 10]);
        assert_eq!(turns(&mut pace, NOW, NOW + MINUTE, 1), [Turn::Judge]);
        assert_eq!(turns(&mut pace, NOW, NOW + 365 * DAY_MS, 10), [Turn::Wait; 10]);
    }

    #[test]
    fn a_clock_that_jumps_about_is_never_believed() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        for minute in 0..60 {
            let jump = (minute % 5 + 1) * 365 * DAY_MS;
            let at = start + Duration::from_secs(minute as u64 * 60);
            assert_eq!(pace.turn(NOW, NOW + jump, at), Turn::Wait);
        }
    }
}
