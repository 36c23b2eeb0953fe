//! A definition that was written on a page becomes a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::{Defined, Feeds, NamedFeed};

/// The longest name of a feed, in characters.
const LONGEST_NAME: usize = 64;

/// What a definition takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces<'a> {
    /// Nothing: the feed is new.
    Nothing,
    /// The definition of this version, which is the one that was edited. That of the built-in feed is `canonical`.
    Version(&'a str),
}

/// Why a definition was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// A file and an address are named after the feed.
    #[error(
        "{0:?} cannot be the name of a feed: take lower case letters, digits, - and _, beginning with a letter or \
         digit, at most {most} of them",
        most = LONGEST_NAME
    )]
    Name(String),
    /// The definition has faults, in words.
    #[error("the definition has faults: {}", .0.join("; "))]
    Faults(Vec<String>),
    /// Somebody else was quicker.
    #[error("the definition of {0} was changed meanwhile: look at it as it is now, and change that")]
    Changed(String),
    /// There is a feed of this name.
    #[error("there is a feed {0} already: choose another name, or change its definition")]
    Taken(String),
    /// The folder refuses.
    #[error("{path} cannot be written: {fault}")]
    Folder {
        /// The file that was to be written.
        path: String,
        /// What the system says.
        fault: io::Error,
    },
}

impl Feeds {
    /// Saves a definition. It is in force when this returns, and a crash leaves the old or the new one. What earlier
    /// versions have read stays with them in the database.
    ///
    /// # Errors
    /// [`NotSaved`]; then the definition is what it was.
    pub fn save(&self, name: &str, definition: &str, replaces: Replaces<'_>) -> Result<Arc<NamedFeed>, NotSaved> {
        check_name(name)?;
        if definition.trim().is_empty() {
            return Err(NotSaved::Faults(vec!["it is empty: say at least how the file is written".to_owned()]));
        }
        let feed = NamedFeed::read(name, definition).map_err(NotSaved::Faults)?;
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        match (replaces, self.find(name)) {
            (Replaces::Nothing, None) => {}
            (Replaces::Nothing, Some(_)) => return Err(NotSaved::Taken(name.to_owned())),
            (Replaces::Version(version), now) if is_version(now.as_ref(), version) => {}
            (Replaces::Version(_), _) => return Err(NotSaved::Changed(name.to_owned())),
        }
        let path = self.folder.join(format!("{name}.toml"));
        write(&self.folder, &path, definition)
            .map_err(|fault| NotSaved::Folder { path: path.display().to_string(), fault })?;
        // A file of the same length within the same tick of the clock bears the same stamp.
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = super::Read::default();
        Ok(Arc::new(feed))
    }
}

fn is_version(now: Option<&Defined>, version: &str) -> bool {
    matches!(now, Some(Ok(feed)) if feed.feed.version == version)
}

/// Whether a feed may be called so.
///
/// # Errors
/// [`NotSaved::Name`].
pub fn check_name(name: &str) -> Result<(), NotSaved> {
    let is_sign = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_');
    let begins_well = name.bytes().next().is_some_and(|c| c.is_ascii_alphanumeric());
    if begins_well && name.len() <= LONGEST_NAME && name.bytes().all(is_sign) {
        return Ok(());
    }
    Err(NotSaved::Name(name.to_owned()))
}

/// Writes a file beside its place and moves it there when it is on the disk.
fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".definition-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A definition is for everybody to read, as if an editor had written it.
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|fault| fault.error)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "number = \"{n}\"\ncourier = \"A\"\ncode = \"{c}\"\ntime = \"{t}\"\n";
    const SECOND: &str = "number = \"{n}\"\ncourier = \"B\"\ncode = \"{c}\"\ntime = \"{t}\"\n";

    #[test]
    fn a_saved_definition_is_in_force_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let feeds = Feeds::new(folder.path().join("not/there/yet"));
        let saved = feeds.save("post-1", FIRST, Replaces::Nothing).unwrap();
        assert_eq!(feeds.find("post-1").unwrap().unwrap().definition, FIRST);
        // As long as the first, and within the same tick of the clock.
        feeds.save("post-1", SECOND, Replaces::Version(&saved.feed.version)).unwrap();
        assert_eq!(feeds.find("post-1").unwrap().unwrap().definition, SECOND);
        assert_eq!(fs::read_dir(feeds.folder()).unwrap().count(), 1);
    }

    #[test]
    fn what_somebody_else_changed_is_not_replaced_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let feeds = Feeds::new(folder.path().to_owned());
        let saved = feeds.save("post", FIRST, Replaces::Nothing).unwrap();
        assert!(matches!(feeds.save("post", SECOND, Replaces::Nothing), Err(NotSaved::Taken(_))));
        fs::write(folder.path().join("post.toml"), format!("# by hand\n{FIRST}")).unwrap();
        let refused = feeds.save("post", SECOND, Replaces::Version(&saved.feed.version));
        assert!(matches!(refused, Err(NotSaved::Changed(_))));
        assert!(feeds.save("canonical", "format = \"events\"", Replaces::Version("canonical")).is_ok());
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let feeds = Feeds::new(folder.path().join("feeds"));
        for name in ["", "../post", "a/b", "Post", ".post", "-post", "post.toml", "põst", &"a".repeat(65)] {
            assert!(matches!(feeds.save(name, FIRST, Replaces::Nothing), Err(NotSaved::Name(_))), "{name}");
        }
        assert!(matches!(feeds.save("post", "number = ", Replaces::Nothing), Err(NotSaved::Faults(_))));
        assert!(!feeds.folder().exists());
    }
}
