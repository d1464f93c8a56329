//! Calls that no SDK can make. Where a rule says what comes of one, the answer is judged like any
//! other; where none does, it is kept and nothing is concluded from it.

use bytes::Bytes;
use reinstate_model::wire::read_answer;
use serde_json::Value;

use super::{Ask, Came, Driver, End, Pauses, is_throttling, repeat};
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
        let bytes = Bytes::from(bytes);
        let mut pauses = Pauses::new(self.session.patience.retry, self.session.patience.pause);
        let mut failures = 0;
        let exchange = loop {
            let sent = self.session.send_wire(operation, bytes.clone(), wire).await;
            let exchange = sent.exchange.map_err(End::Indeterminate)?;
            let Ok(response) = &exchange.response else { break exchange };
            if repeat::is_failure(response.status) && failures < repeat::REPEATS {
                failures += 1;
                continue;
            }
            if !is_throttling(&read_answer(response.status, &response.body)) {
                break exchange;
            }
            self.pause(&mut pauses, format!("{operation} was throttled")).await?;
        };
        let text = &String::from_utf8_lossy(&exchange.request.body);
        let ask = Ask { operation, text, label: None, is_poll: false };
        let response = match exchange.response {
            Ok(response) => response,
            Err(error) => {
                self.record_failure(&ask, &error);
                return Err(End::NoAnswer(error));
            }
        };
        if wire.unjudged {
            self.record_unjudged(&ask, &response);
            return Ok(());
        }
        let answer = read_answer(response.status, &response.body);
        let addressed = match wire.headers.get("x-amz-target") {
            None => operation,
            Some(target) => {
                let target = target.as_deref().unwrap_or_default();
                target.strip_prefix(TARGET_PREFIX).unwrap_or_default()
            }
        };
        let judgement = self.oracle.judge(
            addressed,
            &exchange.request.body,
            &answer,
            exchange.received_at_millis + self.elapsed_millis,
        );
        self.names.learn_account(self.oracle.account());
        let came = Came { request: &exchange.request, response: &response, answer: &answer };
        self.record(&ask, came, &judgement, None);
        if judgement.lost { Err(End::Lost) } else { Ok(()) }
    }
}
