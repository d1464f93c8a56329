//! What a run costs on a real account: calls, resources, and US dollars from above.
//!
//! One meter counts both what a rehearsal on the reference would have cost and what a run has cost so
//! far, so an estimate and a limit mean the same.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use crate::transport::Exchange;

/// What AWS charges. What the numbers are and are not is in `fixtures/prices`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The Region.
    pub region: String,
    /// From when they are.
    pub as_of: String,
    /// From whom.
    pub source: String,
    read_unit_hour: f64,
    write_unit_hour: f64,
    million_reads: f64,
    million_writes: f64,
    table_gb_month: f64,
    backup_gb_month: f64,
    point_in_time_gb_month: f64,
    restored_gb: f64,
}

impl Prices {
    /// Those that are shipped.
    pub fn shipped() -> Self {
        toml::from_str(include_str!("../../fixtures/prices/us-east-1.toml"))
            .expect("the shipped prices are tested")
    }
}

/// The size that every table and backup is taken to have, in gigabytes: far above what a case puts
/// into one.
const GIGABYTES: f64 = 0.001;

/// The hours that a table is taken to live. A part of an hour is charged as a whole one, and a run ends
/// or is swept within the next.
const HOURS: f64 = 2.0;

/// The indexes that a write is taken to go to, the table itself included.
const WRITTEN_TO: f64 = 26.0;

/// What is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// Provisioned capacity of tables and indexes.
    Capacity,
    /// Requests that read or write items.
    Requests,
    /// Data in tables.
    Tables,
    /// Data in backups.
    Backups,
    /// Restored data.
    Restores,
    /// Point-in-time recovery.
    PointInTime,
}

impl Item {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "provisioned capacity",
            Self::Requests => "reads and writes",
            Self::Tables => "data in tables",
            Self::Backups => "data in backups",
            Self::Restores => "restored data",
            Self::PointInTime => "point-in-time recovery",
        }
    }
}

/// What was counted so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// Requests by operation.
    pub calls: BTreeMap<String, usize>,
    /// Requests that made something, by operation.
    pub made: BTreeMap<String, usize>,
    /// US dollars.
    pub usd: BTreeMap<Item, f64>,
}

impl Bill {
    /// US dollars in all.
    pub fn total(&self) -> f64 {
        self.usd.values().sum()
    }

    /// How often an operation made something.
    pub fn made(&self, operation: &str) -> usize {
        self.made.get(operation).copied().unwrap_or_default()
    }
}

/// Counts what is sent.
#[derive(Debug)]
pub struct Meter {
    prices: Prices,
    bill: Mutex<Bill>,
}

impl Meter {
    /// A meter that has counted nothing.
    pub fn new(prices: Prices) -> Self {
        Self { prices, bill: Mutex::default() }
    }

    /// What was counted so far.
    pub fn bill(&self) -> Bill {
        self.bill.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a request asks for may cost, before its answer is known: the capacity that it names.
    pub fn ahead(&self, operation: &str, body: &Value) -> f64 {
        if makes_a_table(operation) { self.capacity(body) } else { 0.0 }
    }

    /// Counts a request that was sent. A refused one costs nothing; one that got no answer may have
    /// been done.
    pub fn count(&self, exchange: &Exchange) {
        let operation = exchange.operation.as_str();
        let request = serde_json::from_slice(&exchange.request.body).unwrap_or_default();
        let (done, answer) = match &exchange.response {
            Ok(response) => {
                (response.status == 200, serde_json::from_slice(&response.body).unwrap_or_default())
            }
            Err(_) => (true, Value::Null),
        };
        let mut bill = self.bill.lock().unwrap_or_else(PoisonError::into_inner);
        *bill.calls.entry(operation.to_owned()).or_default() += 1;
        if done {
            let charges = self.charges(operation, &request, &answer, exchange.request.body.len());
            if !charges.is_empty() {
                *bill.made.entry(operation.to_owned()).or_default() += 1;
            }
            for (item, usd) in charges {
                *bill.usd.entry(item).or_default() += usd;
            }
        }
    }

    fn charges(
        &self,
        operation: &str,
        request: &Value,
        answer: &Value,
        bytes: usize,
    ) -> Vec<(Item, f64)> {
        let prices = &self.prices;
        let mut charges = Vec::new();
        if makes_a_table(operation) {
            let asked = self.capacity(request);
            charges.push((Item::Capacity, self.capacity(&answer["TableDescription"]).max(asked)));
        }
        match operation {
            "CreateTable" => charges.push((Item::Tables, GIGABYTES * prices.table_gb_month)),
            "RestoreTableFromBackup" | "RestoreTableToPointInTime" => {
                charges.push((Item::Tables, GIGABYTES * prices.table_gb_month));
                charges.push((Item::Restores, GIGABYTES * prices.restored_gb));
            }
            "CreateBackup" => charges.push((Item::Backups, GIGABYTES * prices.backup_gb_month)),
            "UpdateContinuousBackups" => {
                charges.push((Item::PointInTime, GIGABYTES * prices.point_in_time_gb_month));
            }
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
                // A unit for each item and kilobyte, twice in a transaction; no item is written with
                // less than sixteen bytes of a request.
                let units = (bytes as f64 / 16.0).ceil() * WRITTEN_TO;
                charges.push((Item::Requests, units * prices.million_writes / 1e6));
            }
            "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" => {
                // At most a megabyte is read at once, four kilobytes to a unit.
                charges.push((Item::Requests, 512.0 * prices.million_reads / 1e6));
            }
            _ => {}
        }
        charges
    }

    /// The price of all capacity that a description or request names.
    fn capacity(&self, value: &Value) -> f64 {
        let (reads, writes) = units(value);
        HOURS * (reads * self.prices.read_unit_hour + writes * self.prices.write_unit_hour)
    }
}

fn makes_a_table(operation: &str) -> bool {
    matches!(
        operation,
        "CreateTable" | "UpdateTable" | "RestoreTableFromBackup" | "RestoreTableToPointInTime"
    )
}

/// Capacity units for reading and writing, added up over a table and its indexes.
fn units(value: &Value) -> (f64, f64) {
    match value {
        Value::Object(members) => {
            let own =
                |name: &str| members.get(name).and_then(Value::as_f64).unwrap_or(0.0).max(0.0);
            let below = sum(members.values());
            (own("ReadCapacityUnits") + below.0, own("WriteCapacityUnits") + below.1)
        }
        Value::Array(values) => sum(values.iter()),
        _ => (0.0, 0.0),
    }
}

fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> (f64, f64) {
    values.map(units).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::transport::{RawRequest, RawResponse};

    fn exchange(operation: &str, request: &Value, status: u16, answer: &Value) -> Exchange {
        Exchange {
            operation: operation.to_owned(),
            request: RawRequest {
                method: http::Method::POST,
                path: "/".to_owned(),
                headers: vec![],
                body: Bytes::from(request.to_string()),
            },
            response: Ok(RawResponse {
                status,
                headers: vec![],
                body: Bytes::from(answer.to_string()),
            }),
            sent_at_millis: 0,
            received_at_millis: 0,
        }
    }

    fn meter() -> Meter {
        Meter::new(Prices::shipped())
    }

    #[test]
    fn capacity_of_tables_and_indexes_is_charged_by_the_hour_from_whichever_side_names_more() {
        let capacity = |reads: u32, writes: u32| json!({"ReadCapacityUnits": reads, "WriteCapacityUnits": writes});
        let index = json!({"IndexName": "i", "ProvisionedThroughput": capacity(20, 10)});
        let answer = json!({"TableDescription": {
            "ProvisionedThroughput": capacity(100, 100),
            "GlobalSecondaryIndexes": [index.clone(), index]
        }});
        let meter = meter();
        meter.count(&exchange("RestoreTableFromBackup", &json!({}), 200, &answer));
        let wanted = 2.0 * (140.0 * 0.00013 + 120.0 * 0.00065);
        assert!((meter.bill().usd[&Item::Capacity] - wanted).abs() < 1e-9, "{:?}", meter.bill());
        let request = json!({"ProvisionedThroughputOverride": capacity(40_000, 0)});
        assert!((meter.ahead("RestoreTableFromBackup", &request) - 2.0 * 5.2).abs() < 1e-9);
    }

    #[test]
    fn what_is_refused_costs_nothing_and_is_counted_as_a_call() {
        let meter = meter();
        meter.count(&exchange("CreateBackup", &json!({}), 400, &json!({})));
        assert_eq!(meter.bill().calls["CreateBackup"], 1);
        assert_eq!((meter.bill().total(), meter.bill().made("CreateBackup")), (0.0, 0));
        meter.count(&exchange("CreateBackup", &json!({}), 200, &json!({})));
        assert!(meter.bill().total() > 0.0);
        assert_eq!(meter.bill().made("CreateBackup"), 1);
    }

    #[test]
    fn what_got_no_answer_is_charged_for() {
        let meter = meter();
        let mut lost = exchange("CreateTable", &json!({}), 200, &json!({}));
        lost.response = Err(crate::transport::TransportError::Reset);
        meter.count(&lost);
        assert!(meter.bill().total() > 0.0);
    }
}
