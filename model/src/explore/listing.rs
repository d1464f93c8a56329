//! An account as a person reads it: a line for each table and backup, and what a step changed.
//!
//! Nothing of the state is left out, or a counterexample could end in a step that seems to do nothing:
//! what has no words of its own is shown as the code sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::recovery::Recovery;
use crate::account::{Account, Backup, Millis, Origin, Restore, Table, Underway};
use crate::name::{ArnParts, BackupArn};
use crate::schema::{
    BillingMode, Definition, Encryption, KeySchema, Projection, ProvisionedThroughput, Settings,
    TableClass,
};

/// What can be said of one table or backup, by topic, in the order in which it is shown.
type Facts = Vec<(String, String)>;

/// What is said of a table or a backup in brief.
const IN_BRIEF: [&str; 4] = ["status", "backups", "from", "of"];

/// An account in lines: one for each table, then one for each backup.
pub fn listing(account: &Account) -> Vec<String> {
    lines(things(account))
}

/// The same without their shape and settings.
pub fn brief(account: &Account) -> Vec<String> {
    let keep = |(topic, _): &(String, String)| IN_BRIEF.contains(&topic.as_str());
    lines(things(account).map(|(name, facts)| (name, facts.into_iter().filter(keep).collect())))
}

fn lines(things: impl Iterator<Item = (String, Facts)>) -> Vec<String> {
    let lines: Vec<_> =
        things.map(|(name, facts)| format!("{name}: {}", sentence(&facts))).collect();
    if lines.is_empty() { vec!["no tables, no backups".to_owned()] } else { lines }
}

/// What is different in another account, in lines; none if nothing is.
pub fn changes(before: &Account, after: &Account) -> Vec<String> {
    let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (things(before).collect(), things(after).collect());
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut lines: Vec<_> = names
        .into_iter()
        .filter_map(|name| match (old.get(name), new.get(name)) {
            (None, Some(facts)) => Some(format!("+ {name}: {}", sentence(facts))),
            (Some(_), None) => Some(format!("- {name}")),
            (Some(old), Some(new)) if old != new => {
                Some(format!("  {name}: {}", differences(old, new)))
            }
            _ => None,
        })
        .collect();
    if before.now != after.now {
        lines.push(format!("  the time: {} -> {}", before.now, after.now));
    }
    lines
}

/// A backup in a word: its source table, and the number at the beginning of its id.
pub fn backup_label(arn: &BackupArn) -> String {
    match arn.parts() {
        ArnParts::Backup { table, id, .. } => {
            let number = id.split('-').next().unwrap_or(id).trim_start_matches('0');
            format!("{table}/{}", if number.is_empty() { "0" } else { number })
        }
        ArnParts::Malformed | ArnParts::Foreign => arn.to_string(),
    }
}

fn things(account: &Account) -> impl Iterator<Item = (String, Facts)> {
    let tables = account.tables.iter();
    let tables = tables.map(|(name, table)| (format!("table {name}"), of_table(table)));
    let backups = account.backups.iter();
    let backups =
        backups.map(|(arn, backup)| (format!("backup {}", backup_label(arn)), of_backup(backup)));
    tables.chain(backups)
}

fn sentence(facts: &Facts) -> String {
    let parts = facts.iter().map(|(topic, text)| match topic.as_str() {
        "status" => text.clone(),
        _ => format!("{topic} {text}"),
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn differences(old: &Facts, new: &Facts) -> String {
    let find = |facts: &Facts, topic: &String| {
        facts.iter().find(|(it, _)| it == topic).map(|(_, text)| text.clone())
    };
    let mut topics: Vec<_> = old.iter().chain(new).map(|(topic, _)| topic).collect();
    let mut seen = BTreeSet::new();
    topics.retain(|topic| seen.insert(*topic));
    let parts = topics.into_iter().filter_map(|topic| match (find(old, topic), find(new, topic)) {
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => Some(format!("{topic} {old} -> {new}")),
        (Some(old), None) => Some(format!("no longer {topic} {old}")),
        (None, Some(new)) => Some(format!("now {topic} {new}")),
        (None, None) => None,
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn of_table(table: &Table) -> Facts {
    let Table {
        definition,
        settings,
        status,
        underway,
        backups_enabled,
        restore,
        items,
        recovery,
        id,
        created,
    } = table;
    let mut facts = vec![fact("status", status.as_str())];
    facts.extend(backups_enabled.then(|| fact("backups", "enabled")));
    if let Some(restore) = restore {
        facts.extend(of_restore(restore));
    }
    if **underway != Underway::default() {
        facts.push(fact("underway", &format!("{underway:?}")));
    }
    facts.extend(of_definition(definition));
    facts.extend(of_settings(settings));
    if *recovery != Recovery::default() {
        facts.push(fact("recovery", &format!("{recovery:?}")));
    }
    if !items.is_empty() {
        facts.push(fact("items", &format!("{:?}", items.values().collect::<Vec<_>>())));
    }
    facts.extend(id.iter().map(|id| fact("id", &id.to_string())));
    facts.extend(at("made at", *created));
    facts
}

fn of_backup(backup: &Backup) -> Facts {
    let Backup {
        kind,
        status,
        table,
        table_id,
        table_created,
        definition,
        settings,
        items,
        created,
        taken,
    } = backup;
    let mut facts = vec![fact("status", status.as_str()), fact("of", table.as_str())];
    facts.extend(of_definition(definition));
    facts.extend(of_settings(settings));
    if !items.is_empty() {
        facts.push(fact("items", &format!("{:?}", items.values().collect::<Vec<_>>())));
    }
    if kind.as_str() != "USER" {
        facts.push(fact("kind", kind.as_str()));
    }
    facts.extend(table_id.iter().map(|id| fact("of table", &id.to_string())));
    facts.extend(at("of table made at", *table_created));
    facts.extend(at("made at", *created));
    facts.extend(at("asked for at", Some(*taken)));
    facts
}

fn of_restore(restore: &Restore) -> Facts {
    let Restore { origin, source_table, requested, reasons } = restore;
    let mut facts = Facts::new();
    let origin = match origin {
        Origin::Backup { arn, created } => {
            facts.extend(at("from a backup made at", *created));
            format!("backup {}", backup_label(arn))
        }
        Origin::PointInTime(time) => format!("a point in time, {time:?}"),
    };
    // The rules say what was overridden, in an order that does not matter here.
    let mut reasons: Vec<_> = vec![
        reasons.billing,
        reasons.throughput,
        reasons.global_indexes,
        reasons.index_throughput,
        reasons.local_indexes,
        reasons.encryption,
    ];
    reasons.dedup();
    facts.extend([
        fact("from", &origin),
        fact("holding", source_table.as_str()),
        fact("by", &reasons.join(" ")),
    ]);
    facts.extend(at("restored at", Some(*requested)));
    facts
}

fn of_definition(definition: &Definition) -> Facts {
    let Definition {
        attributes,
        keys,
        billing,
        throughput,
        global_indexes,
        local_indexes,
        encryption,
    } = definition;
    let types = attributes.iter().map(|(name, kind)| format!("{name} {kind:?}"));
    let billing = match billing {
        BillingMode::Provisioned => format!("capacity {}", capacity(throughput)),
        BillingMode::PayPerRequest if *throughput == ProvisionedThroughput::ZERO => {
            "by request".to_owned()
        }
        BillingMode::PayPerRequest => format!("by request and capacity {}", capacity(throughput)),
    };
    let mut facts = vec![
        fact("key", &key(keys)),
        fact("types", &types.collect::<Vec<_>>().join(" ")),
        fact("paid", &billing),
    ];
    facts.extend(global_indexes.iter().enumerate().map(|(number, index)| {
        let projection = projection(&index.projection);
        let shape = format!("{} {projection} {}", key(&index.keys), capacity(&index.throughput));
        (topic("index", index.name.as_str(), number, global_indexes.len()), shape)
    }));
    facts.extend(local_indexes.iter().enumerate().map(|(number, index)| {
        let shape = format!("{} {}", key(&index.keys), projection(&index.projection));
        (topic("local index", index.name.as_str(), number, local_indexes.len()), shape)
    }));
    if *encryption != Encryption::default() {
        facts.push(fact("encryption", &format!("{encryption:?}")));
    }
    facts
}

/// An index by its name; a fault may list two of one name, or the same ones in another order.
fn topic(kind: &str, name: &str, number: usize, of: usize) -> String {
    if of == 1 { format!("{kind} {name}") } else { format!("{kind} {}: {name}", number + 1) }
}

fn of_settings(settings: &Settings) -> Facts {
    let Settings { stream, time_to_live, tags, deletion_protection, class } = settings;
    let mut facts = Facts::new();
    facts.extend(stream.iter().map(|view| fact("stream", &format!("{view:?}"))));
    facts.extend(time_to_live.iter().map(|name| fact("time to live", name.as_str())));
    facts.extend(tags.iter().map(|(name, value)| fact("tag", &format!("{name}={value}"))));
    facts.extend(deletion_protection.then(|| fact("deletion", "protected")));
    facts.extend((*class != TableClass::default()).then(|| fact("class", &format!("{class:?}"))));
    facts
}

/// A time of the model's clock, unless it stands where every scope begins.
fn at(topic: &str, time: Option<Millis>) -> Option<(String, String)> {
    time.filter(|time| *time != 0).map(|time| fact(topic, &time.to_string()))
}

fn fact(topic: &str, text: &str) -> (String, String) {
    (topic.to_owned(), text.to_owned())
}

fn key(keys: &KeySchema) -> String {
    let names: Vec<_> = keys.iter().map(|key| key.attribute_name.as_str()).collect();
    format!("({})", names.join(" "))
}

fn capacity(capacity: &ProvisionedThroughput) -> String {
    format!("{}/{}", capacity.read_capacity_units, capacity.write_capacity_units)
}

fn projection(projection: &Projection) -> String {
    let kind = projection.projection_type.map(|kind| format!("{kind:?}")).unwrap_or_default();
    let attributes = projection.non_key_attributes.iter().flatten();
    attributes.fold(kind, |text, name| format!("{text} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::Behaviour;
    use crate::explore::machine::Machine;
    use crate::explore::scope::LIVES_1_1_1;
    use crate::explore::tour::Transitions;

    fn states() -> Vec<Account> {
        Transitions::of(&Machine::new(&LIVES_1_1_1, Behaviour::SPECIFIED)).states
    }

    #[test]
    fn a_step_shows_a_difference_just_if_there_is_one() {
        let states = states();
        for before in &states {
            for after in &states {
                let shown = changes(before, after);
                assert_eq!(shown.is_empty(), before == after, "{before:?} {after:?} {shown:?}");
            }
        }
    }

    #[test]
    fn two_states_never_read_the_same() {
        let states = states();
        let listings: BTreeSet<_> = states.iter().map(listing).collect();
        assert_eq!(listings.len(), states.len());
    }

    #[test]
    fn a_bug_that_leaves_capacity_to_what_is_paid_by_request_shows() {
        let states = states();
        let table = states.iter().find_map(|account| account.tables.values().next());
        let mut definition = (*table.expect("a state with a table").definition).clone();
        let mut paid = |billing, units| {
            definition.billing = billing;
            definition.throughput =
                ProvisionedThroughput { read_capacity_units: units, write_capacity_units: units };
            let facts = of_definition(&definition);
            facts.into_iter().find(|(topic, _)| topic == "paid").expect("how it is paid for").1
        };
        let provisioned = paid(BillingMode::Provisioned, 5);
        assert_eq!(paid(BillingMode::PayPerRequest, 0), "by request");
        assert_eq!(paid(BillingMode::PayPerRequest, 5), format!("by request and {provisioned}"));
    }

    #[test]
    fn a_time_is_told_unless_every_scope_begins_with_it() {
        assert_eq!(at("made", Some(5)), Some(("made".to_owned(), "5".to_owned())));
        assert_eq!((at("made", Some(0)), at("made", None)), (None, None));
    }
}
