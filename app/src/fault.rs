//! Why a page cannot show what it should.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::backend::Trouble;

/// Why a page has nothing to show; the words are for its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// The back end has no answer.
    #[error("{0}")]
    Trouble(#[from] Trouble),
    /// The answer did not come through.
    #[error("the server cannot be reached; the page will fill in when it can ({0})")]
    Connection(String),
}

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Connection(error.to_string())
    }
}
