//! Parsing of wire fields into typed ones, with an error that names the field.

use std::str::FromStr;

use tonic::Status;

use crate::code::{Problem, ServiceCode};

/// A field of a request that can't be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct InvalidField {
    /// The field's name as in the `.proto`.
    pub field: &'static str,
    /// What is wrong with it and what it must be.
    pub reason: String,
}

impl InvalidField {
    /// A fault of one field.
    pub fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

impl From<InvalidField> for Problem {
    fn from(fault: InvalidField) -> Self {
        Self::new(ServiceCode::InvalidArgument, fault.to_string())
    }
}

impl From<InvalidField> for Status {
    fn from(fault: InvalidField) -> Self {
        Problem::from(fault).status()
    }
}

/// Parses a text field (an id, a name) into its type.
pub fn parse<T>(field: &'static str, text: &str) -> Result<T, InvalidField>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| InvalidField::new(field, error.to_string()))
}
