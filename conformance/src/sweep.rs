//! Deletes what a run left behind: what its journal lists, and nothing else. Doing it twice is as good
//! as once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::drive::CaseRun;
use crate::journal::{Claims, Run};
use crate::scenario::Lane;
use crate::session::Session;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Tables and backups that were deleted.
    pub deleted: usize,
    /// Backups that the service made by itself. Nobody can delete them; they go when their time is over.
    pub system: BTreeSet<String>,
    /// What is still there, and why.
    pub left: BTreeSet<String>,
}

/// Requests in a row that may stay without an answer, or get one that says nothing, before the endpoint
/// counts as gone.
const FAILURES: usize = 5;

/// How the reason ends why something is left that cannot be deleted without an operation.
const NEVER_ANSWERED: &str = "is never answered";

/// How long everything is tried at least once, without any patience.
const ONE_PASS: Duration = Duration::from_secs(30);

/// Pages of a list of backups that are read at most.
const PAGES: usize = 1_000;

/// Deletes what the case of a run of this id may have left.
pub async fn of_case(session: &Session, run_id: &str, case: &CaseRun, patience: Duration) -> Swept {
    let endpoint = session.endpoint().to_string();
    let claims = Claims {
        run: Run::new(run_id, endpoint, session.region()),
        tables: case.tables.iter().cloned().collect(),
        backups: BTreeSet::new(),
    };
    sweep(session, &claims, patience).await
}

/// Deletes what is listed, and asks until it is gone or patience is at its end.
pub async fn sweep(session: &Session, claims: &Claims, patience: Duration) -> Swept {
    let mut sweep = Sweep {
        session,
        claims,
        swept: Swept::default(),
        failures: 0,
        unanswered: BTreeMap::new(),
    };
    let began = Instant::now();
    let until = began + patience;
    let mut pause = Duration::from_millis(10);
    let mut left: Vec<&str> = claims.tables.iter().map(String::as_str).collect();
    loop {
        sweep.swept.left.clear();
        let mut still = Vec::new();
        for table in left {
            if sweep.failures >= FAILURES {
                let reason = "the endpoint gives no answer that could be read";
                sweep.swept.left.insert(format!("table {table}: {reason}"));
                still.push(table);
            } else if Instant::now() >= until.max(began + ONE_PASS) {
                sweep.swept.left.insert(format!("table {table}: there was no time left for it"));
                still.push(table);
            } else if !sweep.clear(table).await {
                still.push(table);
            }
        }
        left = still;
        let is_hopeless = sweep.failures >= FAILURES
            || sweep.swept.left.iter().all(|reason| reason.ends_with(NEVER_ANSWERED));
        if left.is_empty() || is_hopeless || Instant::now() >= until {
            return sweep.swept;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(session.patience.pause);
    }
}

struct Sweep<'a> {
    session: &'a Session,
    claims: &'a Claims,
    swept: Swept,
    failures: usize,
    /// How often in a row each operation was left without an answer.
    unanswered: BTreeMap<String, usize>,
}

/// An answer as far as this needs it.
enum Said {
    Done(Value),
    /// A refusal by its code.
    Refused(String),
    /// None, or to be asked again.
    Nothing(String),
}

/// Whether a body accepts a request to an operation. Some endpoints leave out what else it has to hold,
/// and are cleared up all the same; but what describes no table says nothing of it.
fn accepts(operation: &str, body: &Value) -> bool {
    body.is_object() && (operation != "DescribeTable" || body["Table"].is_object())
}

impl Sweep<'_> {
    /// Does what can be done now about a table and its backups; true if nothing of them is left.
    async fn clear(&mut self, table: &str) -> bool {
        // The table comes first: its deletion may be what makes a system backup.
        let table_is_gone = self.clear_table(table).await;
        let backups_are_gone = self.clear_backups(table).await;
        table_is_gone && backups_are_gone
    }

    async fn clear_table(&mut self, table: &str) -> bool {
        let body = json!({"TableName": table});
        let described = match self.ask("DescribeTable", &body).await {
            // A name that is none, or that nothing has.
            Said::Refused(code)
                if code == "ResourceNotFoundException" || code == "ValidationException" =>
            {
                return true;
            }
            Said::Done(described) => described,
            Said::Refused(reason) | Said::Nothing(reason) => {
                return self.is_left("table", table, &reason);
            }
        };
        let status = described["Table"]["TableStatus"].as_str().unwrap_or("of unknown status");
        if status == "DELETING" {
            return self.is_left("table", table, status);
        }
        if described["Table"]["DeletionProtectionEnabled"] == true {
            let off = json!({"TableName": table, "DeletionProtectionEnabled": false});
            self.ask("UpdateTable", &off).await;
        }
        match self.ask("DeleteTable", &body).await {
            Said::Done(_) => {
                self.swept.deleted += 1;
                self.is_left("table", table, "being deleted")
            }
            Said::Refused(reason) | Said::Nothing(reason) => self.is_left("table", table, &reason),
        }
    }

    async fn clear_backups(&mut self, table: &str) -> bool {
        let mut all_gone = true;
        let mut start: Option<String> = None;
        for _ in 0..PAGES {
            let mut body = json!({"TableName": table, "BackupType": "ALL"});
            if let Some(start) = &start {
                body["ExclusiveStartBackupArn"] = json!(start);
            }
            let page = match self.ask("ListBackups", &body).await {
                Said::Done(page) => page,
                // What has no backups, or takes no such name, has none of this table.
                Said::Refused(_) => return all_gone,
                Said::Nothing(reason) => return self.is_left("backups of table", table, &reason),
            };
            for summary in page["BackupSummaries"].as_array().into_iter().flatten() {
                all_gone &= self.clear_backup(table, summary).await;
            }
            match page["LastEvaluatedBackupArn"].as_str() {
                Some(last) if start.as_deref() != Some(last) => start = Some(last.to_owned()),
                _ => break,
            }
        }
        all_gone
    }

    async fn clear_backup(&mut self, table: &str, summary: &Value) -> bool {
        let text = |name: &str| summary[name].as_str().unwrap_or_default();
        let (arn, name) = (text("BackupArn"), text("BackupName"));
        // An endpoint may answer with other tables' backups, or with those that are gone.
        let other = summary["TableName"].as_str().is_some_and(|of| of != table)
            || !arn.contains(&format!(":table/{table}/"));
        if other || text("BackupStatus") == "DELETED" {
            return true;
        }
        if !matches!(text("BackupType"), "USER" | "") {
            self.swept.system.insert(arn.to_owned());
            return true;
        }
        if !self.claims.owns_backup(table, name) {
            return true;
        }
        match self.ask("DeleteBackup", &json!({"BackupArn": arn})).await {
            Said::Done(_) => {
                self.swept.deleted += 1;
                // Some endpoints list it until the next request.
                self.is_left("backup", arn, "being deleted")
            }
            Said::Refused(code) if code == "BackupNotFoundException" => true,
            Said::Refused(reason) | Said::Nothing(reason) => self.is_left("backup", arn, &reason),
        }
    }

    fn is_left(&mut self, what: &str, name: &str, reason: &str) -> bool {
        self.swept.left.insert(format!("{what} {name}: {reason}"));
        false
    }

    async fn ask(&mut self, operation: &str, body: &Value) -> Said {
        // Each would take as long as an answer may take.
        if self.unanswered.get(operation).is_some_and(|times| *times >= FAILURES) {
            return Said::Nothing(format!("{operation} {NEVER_ANSWERED}"));
        }
        let sent = self.session.send(operation, body, Lane::Raw).await;
        let answer = match sent.exchange.map(|exchange| exchange.response) {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                *self.unanswered.entry(operation.to_owned()).or_default() += 1;
                let text = error.to_string();
                return self.failed(text.lines().next().unwrap_or_default().to_owned());
            }
            Err(reason) => return self.failed(reason),
        };
        self.unanswered.remove(operation);
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let code = value["__type"].as_str().unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or_default().to_owned();
        let is_read = match answer.status {
            200 => accepts(operation, &value),
            _ => !code.is_empty(),
        };
        if is_read {
            self.failures = 0;
        } else {
            self.failures += 1;
        }
        match answer.status {
            200 if is_read => Said::Done(value),
            400..=499 if !code.contains("Throttl") && code != "LimitExceededException" => {
                Said::Refused(code)
            }
            status if is_read => Said::Nothing(format!("HTTP {status} {code}")),
            status => Said::Nothing(format!("HTTP {status} to {operation}, unreadable")),
        }
    }

    /// There was no answer.
    fn failed(&mut self, reason: String) -> Said {
        self.failures += 1;
        Said::Nothing(reason)
    }
}
