//! TagResource, UntagResource and ListTagsOfResource.
//!
//! A write of tags takes a while: meanwhile there is no other (TAG-005), and a list may show what was
//! there before (TAG-03). A restored table has no tags (CAR-11) until it is given some.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::account::{Account, Table, TableStatus, Underway};
use crate::name::{ArnParts, BackupArn, TableName};
use crate::outcome::ErrorCode::{
    LimitExceededException, ResourceInUseException, ResourceNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply, Violation};
use crate::request::{ListTagsOfResource, TagResource, UntagResource};
use crate::rules::RuleId;
use crate::schema::Settings;

/// Tags of a table (TAG-02).
const TAGS: usize = 50;
/// How the keys of AWS's own tags begin (TAG-02).
const RESERVED: &str = "aws:";

type Tags = BTreeMap<String, String>;

/// Gives tags to a table.
pub(super) fn tag(account: &Account, request: &TagResource) -> Outcome {
    let mut objections = Objections::new();
    objections.when(request.tags.is_empty(), "TAG-002", ValidationException, Vec::new);
    let reserved = request.tags.iter().any(|tag| tag.key.starts_with(RESERVED));
    objections.when(reserved, "TAG-02", ValidationException, Vec::new);
    let found = writable(account, &request.resource_arn, &mut objections);
    let mut tags = found.map_or_else(Tags::new, |(_, table)| table.settings.tags.clone());
    tags.extend(request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    if tags.len() > TAGS {
        // Which exception it is nobody has recorded.
        objections.add_unworded("TAG-02", ValidationException);
        objections.add_unworded("TAG-02", LimitExceededException);
    }
    write(account, found, tags, "TAG-02", objections)
}

/// Takes tags from a table; keys that it does not have are passed over.
pub(super) fn untag(account: &Account, request: &UntagResource) -> Outcome {
    let mut objections = Objections::new();
    objections.when(request.tag_keys.is_empty(), "TAG-003", ValidationException, Vec::new);
    let found = writable(account, &request.resource_arn, &mut objections);
    let mut tags = found.map_or_else(Tags::new, |(_, table)| table.settings.tags.clone());
    tags.retain(|key, _| !request.tag_keys.contains(key));
    write(account, found, tags, "TAG-006", objections)
}

/// Lists the tags of a table.
pub(super) fn list(account: &Account, request: &ListTagsOfResource) -> Outcome {
    let arn = &request.resource_arn;
    let mut objections = Objections::new();
    let found = find(account, arn, "RFB-064", &mut objections);
    objections.unless(|| {
        let (name, table) = found.expect("tags of no table were refused");
        let gone = Violation::because("TAG-01", ResourceNotFoundException, named(arn));
        // The tags of a table that is being deleted, or was made just now, may not be found.
        let settled = matches!(table.status, TableStatus::Active | TableStatus::Updating);
        let reply = Reply::Tags { table: name.clone(), rule: rule(table) };
        Accepted::new(account.clone(), reply, vec![rule(table)]).or(if settled {
            vec![]
        } else {
            vec![gone]
        })
    })
}

/// Why a table has the tags that it has.
fn rule(table: &Table) -> RuleId {
    match (&table.restore, table.settings.tags.is_empty()) {
        (Some(_), true) => "CAR-11",
        (Some(_), false) => "RFB-081",
        (None, _) => "CRT-15",
    }
}

fn named(arn: &str) -> Vec<(&'static str, String)> {
    vec![("arn", arn.to_owned())]
}

/// The table that an ARN names.
fn find<'a>(
    account: &'a Account,
    arn: &str,
    restoring: RuleId,
    objections: &mut Objections,
) -> Option<(&'a TableName, &'a Table)> {
    if !arn.starts_with("arn:") {
        objections.add("TAG-004", ValidationException, vec![("value", arn.to_owned())]);
        return None;
    }
    let is_backup =
        BackupArn::new(arn).is_some_and(|arn| matches!(arn.parts(), ArnParts::Backup { .. }));
    if is_backup {
        objections.add("SYS-005", ValidationException, named(arn));
        return None;
    }
    let name = arn.split_once(":table/").and_then(|(_, name)| TableName::new(name));
    let found = name.and_then(|name| account.tables.get_key_value(&name));
    match found {
        None => objections.add("TAG-01", ResourceNotFoundException, named(arn)),
        Some((_, table)) if table.is_restoring() => {
            objections.add(restoring, ResourceNotFoundException, named(arn));
        }
        Some(_) => {}
    }
    found
}

/// The same, unless its tags cannot be written now.
fn writable<'a>(
    account: &'a Account,
    arn: &str,
    objections: &mut Objections,
) -> Option<(&'a TableName, &'a Table)> {
    let (name, table) = find(account, arn, "RFB-063", objections)?;
    let arguments = || vec![("table", name.to_string())];
    if table.status == TableStatus::Deleting {
        // A moment after DeleteTable the tags are forgotten, before the table is (TBL-011).
        objections.add("TAG-007", ResourceInUseException, arguments());
        objections.add("TAG-01", ResourceNotFoundException, named(arn));
    }
    let writing = table.underway.former_tags.is_some();
    objections.when(writing, "TAG-005", LimitExceededException, arguments);
    Some((name, table))
}

/// Has the table's tags written.
fn write(
    account: &Account,
    found: Option<(&TableName, &Table)>,
    tags: Tags,
    rule: RuleId,
    objections: Objections,
) -> Outcome {
    objections.unless(|| {
        let (name, table) = found.expect("tags for no table were refused");
        let former_tags = Some(table.settings.tags.clone());
        let changed = Table {
            settings: Arc::new(Settings { tags, ..(*table.settings).clone() }),
            underway: Arc::new(Underway { former_tags, ..(*table.underway).clone() }),
            ..table.clone()
        };
        let mut next = account.clone();
        next.tables.insert(name.clone(), changed);
        let restored = table.restore.is_some().then_some("RFB-081");
        let grants = [rule].into_iter().chain(restored).collect();
        // Whether tags can be written while the table is being made nobody has recorded.
        let creating = table.status == TableStatus::Creating;
        let not_yet = Violation::because("TAG-007", ResourceInUseException, vec![]);
        Accepted::new(next, Reply::TagsWritten, grants).or(if creating {
            vec![not_yet]
        } else {
            vec![]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, arn, backup_arn};
    use serde_json::{Value, json};

    fn tags(resource: &str, keys: &[&str]) -> Value {
        let tags = keys.iter().map(|key| json!({"Key": key, "Value": "v"}));
        json!({"ResourceArn": resource, "Tags": tags.collect::<Value>()})
    }

    fn of(resource: &str) -> Value {
        json!({ "ResourceArn": resource })
    }

    #[test]
    fn only_the_arn_of_a_table_can_be_tagged() {
        let backup = Test::music().backup();
        backup.check("TagResource", &tags(&arn("Music"), &["a"]), "accepted by TAG-02");
        backup.check("TagResource", &tags("Music", &["a"]), "TAG-004");
        backup.check("TagResource", &tags(&arn("None"), &["a"]), "TAG-01");
        backup.check("TagResource", &tags(&backup_arn(), &["a"]), "SYS-005");
        backup.check("TagResource", &tags(&arn("Music"), &[]), "TAG-002");
        backup.check("TagResource", &tags(&arn("Music"), &["aws:a"]), "TAG-02");
        let untag = json!({"ResourceArn": arn("Music"), "TagKeys": []});
        backup.check("UntagResource", &untag, "TAG-003");
    }

    #[test]
    fn there_is_one_write_of_tags_at_a_time() {
        let music = arn("Music");
        let writing = Test::music().send("TagResource", &tags(&music, &["a"]));
        writing.check("TagResource", &tags(&music, &["b"]), "TAG-005");
        writing.check("DeleteTable", &json!({"TableName": "Music"}), "TBL-008");
        let written = writing.settle();
        written.shows("ListTagsOfResource", &of(&music), "/Tags/0/Key", &json!("a"));
        let untag = json!({"ResourceArn": music, "TagKeys": ["a", "b"]});
        let untagged = written.send("UntagResource", &untag).settle();
        untagged.shows("ListTagsOfResource", &of(&music), "/Tags", &json!([]));
    }

    #[test]
    fn a_restored_table_has_no_tags_and_takes_some_once_it_is_active() {
        let tagged = Test::music().send("TagResource", &tags(&arn("Music"), &["a"])).settle();
        let restoring = tagged.backup().restore();
        restoring.check("TagResource", &tags(&arn("Copy"), &["b"]), "RFB-063");
        restoring.check("ListTagsOfResource", &of(&arn("Copy")), "RFB-064");
        let restored = restoring.settle();
        restored.check("ListTagsOfResource", &of(&arn("Copy")), "accepted by CAR-11");
        restored.shows("ListTagsOfResource", &of(&arn("Copy")), "/Tags", &json!([]));
        restored.check("TagResource", &tags(&arn("Copy"), &["b"]), "accepted by RFB-081");
    }

    #[test]
    fn a_table_that_is_being_deleted_takes_no_tags() {
        let deleting = Test::music().send("DeleteTable", &json!({"TableName": "Music"}));
        deleting.check("TagResource", &tags(&arn("Music"), &["a"]), "TAG-007 or TAG-01");
    }
}
