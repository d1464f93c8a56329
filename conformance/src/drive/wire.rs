//! Calls that no SDK can make.

use bytes::Bytes;
use reinstate_model::wire::Received;
use serde_json::Value;

use super::exchange::{Ask, Form};
use super::{Driver, End};
use crate::scenario::Wire;

/// What precedes the operation's name in the header `x-amz-target`.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

impl Driver<'_> {
    pub(super) async fn send_wire(
        &mut self,
        operation: &str,
        with: &Value,
        wire: &Wire,
    ) -> Result<(), End> {
        let bytes = match &wire.body {
            Some(body) => body.bytes(|text| self.names.resolve_text(text)).ok_or_else(|| {
                End::Indeterminate(format!("the body of {operation} is no hexadecimal"))
            })?,
            None => self.names.resolve(with).to_string().into_bytes(),
        };
        let addressed = match wire.headers.get("x-amz-target") {
            None => operation,
            Some(target) => {
                let target = target.as_deref().unwrap_or_default();
                target.strip_prefix(TARGET_PREFIX).unwrap_or_default()
            }
        };
        let ask = Ask {
            operation,
            received: Received::read(addressed, &bytes),
            body: Bytes::from(bytes),
            form: Form::Wire(wire),
            label: None,
            is_poll: false,
        };
        self.exchange(&ask).await?;
        Ok(())
    }
}
