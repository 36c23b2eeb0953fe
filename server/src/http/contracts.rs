//! Contracts: what couriers have signed.

use std::sync::Arc;

use app::backend::Backend;
use app::link;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Json, Router};
use chrono::NaiveDate;
use contracts::contract_with_fields;
use domain::agreement::{ContractPreview, ContractStanding, ContractView};
use domain::fields::Fields;
use domain::glance::EditionView;
use serde::Deserialize;
use store::{ContractDraft, TermsKind};

use super::AppState;
use super::problem::{Problem, unreadable_path};
use crate::backend::Courierscope;
use crate::terms::{Draft, TermsBook, TermsFault};

/// The forms of the pages. They lead to the page of the contract, or of the draft.
pub fn forms() -> Router<AppState> {
    Router::new().route("/contracts", post(save_text)).route("/contracts/drafts/{id}", post(save_version))
}

/// What is said about a contract that is saved.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    note: String,
    edition: Option<i64>,
}

/// Whose standings are asked for.
#[derive(Debug, Deserialize)]
pub struct Meant {
    courier: Option<String>,
    contract: Option<String>,
}

/// A contract of the page's form.
#[derive(Debug, Deserialize)]
struct Typed {
    name: String,
    text: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    edition: i64,
    /// Which button was pressed.
    and: Option<String>,
}

/// The days of a preview.
#[derive(Debug, Deserialize)]
pub struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

/// Every contract as it is in force.
#[utoipa::path(get, path = "/api/v1/contracts", responses((status = 200, body = Vec<ContractView>)))]
pub async fn list_contracts(State(terms): State<TermsBook>) -> Result<Json<Vec<ContractView>>, Problem> {
    let today = terms.today();
    Ok(Json(terms.contracts().await?.iter().map(|there| there.view(today)).collect()))
}

/// A contract with its versions.
#[utoipa::path(get, path = "/api/v1/contracts/{name}", params(("name" = String, Path)),
    responses((status = 200, body = ContractView), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn find_contract(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<ContractView>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    Ok(Json(found(&terms, &name).await?))
}

/// Where the couriers stand against the targets of their contracts: in the last period that is over, and in the one that
/// runs.
#[utoipa::path(get, path = "/api/v1/standings", params(
    ("courier" = Option<String>, Query, description = "Only the contracts with this courier"),
    ("contract" = Option<String>, Query, description = "Only this contract")),
    responses((status = 200, body = Vec<ContractStanding>)))]
pub async fn list_standings(
    State(courierscope): State<Arc<Courierscope>>,
    Query(meant): Query<Meant>,
) -> Result<Json<Vec<ContractStanding>>, Problem> {
    Ok(Json(courierscope.standings(meant.courier.as_deref(), meant.contract.as_deref()).await?))
}

/// A contract as a file, in TOML.
#[utoipa::path(get, path = "/api/v1/contracts/{name}/file", params(("name" = String, Path)),
    responses((status = 200, body = String, content_type = "application/toml"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn export_contract(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let place = format!("attachment; filename=\"{name}.toml\"");
    let text = found(&terms, &name).await?.text;
    Ok(([(header::CONTENT_TYPE, "application/toml".to_owned()), (header::CONTENT_DISPOSITION, place)], text)
        .into_response())
}

/// What was saved of a contract, the latest first.
#[utoipa::path(get, path = "/api/v1/contracts/{name}/versions", params(("name" = String, Path)),
    responses((status = 200, body = Vec<EditionView>), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn list_versions(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Vec<EditionView>>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    Ok(Json(found(&terms, &name).await?.editions))
}

/// Saves a contract with all its versions, which is then in force.
///
/// The text is TOML, as `/api/v1/contracts/{name}/file` gives it. `edition` is the one that was looked at: if another was
/// saved meanwhile, nothing is.
#[utoipa::path(put, path = "/api/v1/contracts/{name}", params(("name" = String, Path),
    ("note" = Option<String>, Query, description = "Why"),
    ("edition" = Option<i64>, Query, description = "The edition that was looked at; 0 for a new contract")),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = ContractView),
    (status = 409, description = "Somebody else has saved it meanwhile", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "It cannot be meant; every fault with its line", body = Problem, content_type = "application/problem+json")))]
pub async fn save_contract(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
    Query(said): Query<Said>,
    body: Bytes,
) -> Result<Json<ContractView>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let text = utf8(body)?;
    let kind = TermsKind::Contract;
    terms.save(Draft { kind, name: name.clone(), text, note: said.note, seen: said.edition }).await?;
    Ok(Json(found(&terms, &name).await?))
}

/// The text of a contract, as it was typed.
async fn save_text(
    State(terms): State<TermsBook>,
    State(courierscope): State<Arc<Courierscope>>,
    Form(typed): Form<Typed>,
) -> Result<Redirect, Problem> {
    let text = typed_lines(&typed.text);
    save_typed(&terms, &courierscope, Typed { text, ..typed }, "").await
}

/// What was typed into the form of a version: its text is written, and then saved as if it had been typed.
async fn save_version(
    State(terms): State<TermsBook>,
    State(courierscope): State<Arc<Courierscope>>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let fields: Fields = typed.into_iter().collect();
    let said = |name: &str| fields.get(name).to_owned();
    let place = fields.get("place").parse().map_err(|_| Problem::parameter("place", "is not a number"))?;
    let text = contract_with_fields(&typed_lines(fields.get("text")), place, &fields);
    let text = text.ok_or_else(|| Problem::parameter("place", "is no version that a form can edit: edit the text"))?;
    let edition = fields.get("edition").parse().unwrap_or_default();
    let typed = Typed { name: said("name"), text, note: said("note"), edition, and: Some(said("and")) };
    save_typed(&terms, &courierscope, typed, &format!("?version={place}")).await
}

/// Browsers send every line's end as two characters.
fn typed_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Saves what was typed, or keeps it to be looked at first: where that is asked for, and where it cannot be meant.
/// `as_form` is what the address of the draft ends with.
async fn save_typed(
    terms: &TermsBook,
    courierscope: &Courierscope,
    typed: Typed,
    as_form: &str,
) -> Result<Redirect, Problem> {
    let Typed { name, text, note, edition, and } = typed;
    let name = name.trim().to_owned();
    let kept = ContractDraft { name: name.clone(), document: text.clone(), note: note.clone(), edition };
    if and.as_deref() != Some("preview") {
        let page = link::contract(&name);
        match terms.save(Draft { kind: TermsKind::Contract, name, text, note, seen: Some(edition) }).await {
            Ok(_) => return Ok(Redirect::to(&page)),
            Err(TermsFault::Faults(_) | TermsFault::OtherName { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    let id = courierscope.keep_draft(&kept).await?;
    Ok(Redirect::to(&format!("/contracts/drafts/{id}{as_form}")))
}

/// What a contract would make of the legs with its courier.
///
/// `before` is how things were saved last, `after` by the text of the body, in TOML. Nothing is saved. It reads every parcel, and
/// takes its time where there are many.
#[utoipa::path(post, path = "/api/v1/contracts/{name}/preview", params(("name" = String, Path),
    ("from" = NaiveDate, Query, description = "First day of the deadlines, inclusive"),
    ("to" = NaiveDate, Query, description = "Last day of the deadlines, inclusive")),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = ContractPreview),
    (status = 422, description = "It cannot be meant; every fault with its line", body = Problem, content_type = "application/problem+json")))]
pub async fn preview_contract(
    State(courierscope): State<Arc<Courierscope>>,
    name: Result<Path<String>, PathRejection>,
    days: Result<Query<Days>, QueryRejection>,
    body: Bytes,
) -> Result<Json<ContractPreview>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let Query(days) = days.map_err(|fault| Problem::new(StatusCode::BAD_REQUEST, fault.body_text()))?;
    Ok(Json(courierscope.preview_by(&name, &utf8(body)?, (days.from, days.to)).await?))
}

fn utf8(body: Bytes) -> Result<String, Problem> {
    String::from_utf8(body.into()).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the text is not UTF-8"))
}

async fn found(terms: &TermsBook, name: &str) -> Result<ContractView, Problem> {
    let there = terms.contract(name).await?.ok_or_else(|| {
        let detail = format!("there is no contract {name:?}; /api/v1/contracts lists them");
        Problem { parameter: Some("name".into()), ..Problem::new(StatusCode::NOT_FOUND, detail) }
    })?;
    Ok(there.view(terms.today()))
}
