//! The faults of the model checker, which break its properties, as faults of the reference.

use std::borrow::Cow;

use reinstate_model::check::fault;
use reinstate_model::rules::RuleId;

use super::{Fault, Place};

/// Which rules have to find each, by its name in the model: the one that it breaks, and those that are as
/// right: where a lock is missing, a table that goes back to CREATING shows it as well. None of what never
/// ends, which shows as a case that does not end, nor of what no answer shows.
const RULES: &[(&str, &[RuleId])] = &[
    ("the quota is off by one", &["QUO-01", "LIF-01", "LIF-06"]),
    ("a backup can be restored twice at once", &["RTB-93", "RTB-93a", "LIF-01", "LIF-06"]),
    ("a backup can be deleted while it is restored", &["DLB-04", "RFB-082", "LIF-01", "LIF-06"]),
    ("a backup can be restored while it is being made", &["RTB-93a", "BKP-02", "BKP-06"]),
    ("a restore takes its target for its source", &["RTB-82"]),
    (
        "a restored index projects less",
        &["RTB-28", "RTB-30", "RTB-74", "CAR-04", "CAR-04a", "RTB-42", "CAR-03"],
    ),
    ("an index is restored twice", &["RTB-28", "RTB-30", "RTB-74", "CAR-04"]),
    ("the types of index keys change", &["RTB-37", "RTB-60", "CAR-02", "RTB-61"]),
    (
        "an index keeps its capacity when its table is restored on demand",
        &["RTB-21", "RTB-40", "RTB-41", "RTB-77", "RTB-20", "RTB-18"],
    ),
    ("the billing mode cannot be overridden", &["RTB-18", "RTB-20", "RTB-22", "RTB-21"]),
    (
        "a restore carries settings over",
        &["CAR-08", "CAR-09", "CAR-10", "CAR-11", "CAR-12", "RTB-78", "RTB-88", "RTB-89"],
    ),
    (
        "a restore that the quota refuses leaves its target behind",
        &["QUO-01", "RTB-99", "DST-02", "LIF-01", "LIF-06"],
    ),
    ("a restore finishes when somebody looks", &["RTB-02", "LIF-01", "LIF-02", "LIF-05"]),
    (
        "the backups of a table go with it",
        &["BKP-11", "RTB-07", "DSB-01", "DSB-02", "DSB-04", "DSB-13"],
    ),
    (
        "a restore replaces a table that is being created",
        &["RTB-03", "RTB-91a", "RTB-91", "RTB-90", "LIF-01", "LIF-06"],
    ),
    ("a restore replaces a table in use", &["RTB-03", "RTB-90"]),
    (
        "a restore under the source's own name is not counted",
        &["RTB-13", "RTB-80", "RTB-81", "RTB-82", "RTB-84", "QUO-01", "LIF-01", "LIF-06"],
    ),
    ("an empty index list is read as none", &["RTB-29", "RTB-30"]),
    ("a backup forgets the local indexes", &["BKP-09", "DSB-11", "RTB-42", "RTB-43", "CAR-03"]),
    (
        "a restore uses its backup up",
        &["RTB-09", "BKP-10", "DSB-12", "RFB-007", "DSB-01", "DSB-02", "DLB-02"],
    ),
    ("a table can be deleted while it is being created", &["DLT-02", "LIF-09"]),
    ("a restore is cancelled by deleting its target", &["LIF-09", "DLT-02"]),
    ("a backup can be deleted while it is being made", &["DLB-04", "BKP-13a", "DBK-014"]),
    ("RestoreInProgress stays true", &["LIF-06", "LIF-08"]),
    ("a restore never finishes", &[]),
    ("a deleted table stays for as long as it has backups", &[]),
    ("a restored table cannot be deleted", &["DLT-01"]),
    ("a backup of a table that is gone cannot be restored", &["RTB-07", "RTB-13"]),
    ("backups are enabled for a table before it is there", &["RFB-070", "CAR-14", "CRB-09"]),
    ("a restore forgets the local indexes", &["RTB-42", "RTB-73", "CAR-03"]),
    ("a restored table has the id of its source", &["RTB-70", "CAR-23"]),
    ("a restore loses the items", &["RTB-04", "CAR-01", "BKP-05"]),
    ("a restore that finishes forgets when its table was made", &["CAR-23", "DST-01"]),
    ("the same restore again is accepted", &["RTB-06", "RTB-91", "RTB-93"]),
    ("a table without recovery can be restored to a point in time", &["PTR-04"]),
    ("a restore to a point in time takes its target for its source", &["PTR-09"]),
    ("a restore to a point in time is not counted", &["PTR-09", "QUO-01", "RTB-80"]),
    ("a restore to a point in time takes the lock of a backup", &["PTR-09", "RTB-93", "DLB-04"]),
    (
        "a restore keeps the billing mode, whatever is asked",
        &["RTB-18", "RTB-20", "RTB-21", "RTB-71"],
    ),
    ("a restore keeps the capacity, whatever is asked", &["RTB-23", "RTB-25"]),
    ("a restore forgets the key of its table", &["RTB-49", "RTB-85", "CAR-07"]),
    ("a restore of a missing backup is refused as one of a backup in use", &["RTB-92"]),
    ("the backups of a table are restored one after the other", &["RFB-053"]),
    ("a restore is dated ahead", &[]),
    ("a restored table has no id", &["RTB-70", "CAR-23"]),
    ("time to live is settling in a table that is being restored", &["CAR-10"]),
    ("a restored table keeps the types of indexes that it does not have", &[]),
    ("a restore to a point in time makes items up", &["PTR-11"]),
    ("a new index has a key without type", &["DST-01", "UPT-03"]),
    ("a new index gets the name of another one", &["UPT-03", "DST-01"]),
    ("a table is ACTIVE while it is updated", &["UPT-02"]),
    ("an update can begin while another one runs", &["UPT-02"]),
    ("an index that is removed stays", &["UPT-01", "UPT-02", "DST-01"]),
    ("a protected table can be deleted", &["DLT-03"]),
    ("tags can be written while others are being written", &["TAG-005"]),
    ("a restored table takes no tags", &["RFB-081"]),
    ("time to live can be changed before a change has taken effect", &["TTL-02"]),
    ("a restored table takes no time to live", &["RFB-081"]),
    ("a backup takes the indexes from its table", &["DST-01"]),
    ("a backup takes the tags from its table", &["CRT-15", "TAG-02"]),
    ("a backup takes the items from its table", &["DAT-01a", "DAT-02"]),
    ("a batch is accepted and passed over", &["DAT-01b", "DAT-01a", "DAT-02", "DAT-02a"]),
    ("an item is accepted and passed over", &["DAT-01", "DAT-01a", "DAT-02"]),
    ("an item can be written only once", &["DAT-01"]),
    ("a page of backups begins with the last one of the page before", &["LSB-08"]),
    ("a page of backups does not say that there are more", &["LSB-09"]),
    ("a page of tables leaves the first one out", &["LST-01", "TBL-021"]),
    ("a page of tables does not say that there are more", &["LST-01"]),
    ("a SYSTEM backup is described while it is being made", &[]),
    ("a table is described as ACTIVE while it is being restored", &["LIF-01", "LIF-02"]),
    ("every table shows a restore", &["TBL-003"]),
    ("a restore is told of with another time", &["RTB-83", "LIF-02", "PTR-09"]),
    ("a restore in flight does not tell of its backup", &["RTB-81", "RTB-82", "RTB-83", "LIF-02"]),
    ("a backup is dated ahead", &["CRB-05"]),
    ("a backup says that its table was made later", &["DSB-05"]),
    ("an item is dated ahead", &["PTR-11", "PTR-09"]),
    ("backups are enabled for a new table at once", &["CRB-09", "UCB-03"]),
    ("a backup can be made before backups are enabled", &["CRB-09"]),
    ("recovery can be switched on before backups are enabled", &["UCB-03"]),
    ("recovery that is switched on counts its SYSTEM backup as made", &["BKP-16"]),
    ("recovery dates ahead what is replaced", &[]),
    ("an index is removed at once", &["UPT-01", "UPT-02", "DST-01"]),
    ("a local index has a partition key of its own", &["CTB-041", "DST-01"]),
    ("recovery cannot be switched on", &["UCB-02"]),
    ("recovery ends when the deletion of its table begins", &["BKP-16"]),
    ("recovery that is on begins anew when it is switched on", &[]),
    ("recovery that is switched on again forgets that it was on", &[]),
    (
        "recovery takes the backups with it when it is switched off",
        &["CON-003", "CON-004", "DCB-02"],
    ),
    ("recovery forgets what is replaced", &["PTR-11"]),
    ("a table that is gone leaves no SYSTEM backup", &["BKP-16"]),
    ("a SYSTEM backup is counted as made, and is not", &["BKP-16"]),
    ("a SYSTEM backup is of another table", &["BKP-16", "DSB-03"]),
    ("a SYSTEM backup forgets when its table was made", &["DSB-05"]),
    ("a SYSTEM backup can be deleted", &["DLB-08"]),
    ("a new table stays CREATING for as long as it has backups", &[]),
    ("backups are never enabled for a restored table", &[]),
    ("a backup of a table that is gone stays CREATING", &[]),
    ("an index is never removed", &[]),
    ("tags of a restored table are never written to their end", &["RFB-081", "TAG-02"]),
    ("a restore under the source's own name never finishes", &[]),
];

/// Those that nobody can tell from the specification, and why.
const UNTELLABLE: &[(&str, &str)] = &[
    ("a restore is dated ahead", "no answer says when a restore was asked for"),
    (
        "a SYSTEM backup is described while it is being made",
        "no answer tells its ARN before it is complete (BKP-16), so nobody can ask for it",
    ),
    (
        "recovery that is on begins anew when it is switched on",
        "it forgets since when recovery was on before, which no answer tells",
    ),
    (
        "recovery that is switched on again forgets that it was on",
        "it forgets since when recovery was on before, which no answer tells",
    ),
    (
        "a restored table keeps the types of indexes that it does not have",
        "whether they are kept is not known, so either is right (RTB-60)",
    ),
    (
        "recovery dates ahead what is replaced",
        "of two versions of an item the newer one is restored, and none is ever deleted here",
    ),
];

/// All of them.
pub(super) fn faults() -> impl Iterator<Item = Fault> {
    fault::all().map(|fault| Fault {
        name: Cow::Owned(fault.name.to_lowercase().replace(' ', "-").replace(['\'', ','], "")),
        wrong: fault.name,
        rules: of(RULES, fault.name).unwrap_or_default(),
        place: Place::Behaviour(fault.behaviour),
        equivalent: of(UNTELLABLE, fault.name),
    })
}

fn of<T: Copy>(listed: &[(&str, T)], name: &str) -> Option<T> {
    listed.iter().find(|(listed, _)| *listed == name).map(|(_, found)| *found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_model_says_which_rules_have_to_find_it() {
        let expected: Vec<_> = RULES.iter().map(|(name, _)| *name).collect();
        let names: Vec<_> = fault::all().map(|fault| fault.name).collect();
        assert_eq!(expected, names);
    }

    #[test]
    fn what_cannot_be_told_is_a_fault_of_the_model() {
        for (name, _) in UNTELLABLE {
            assert!(fault::all().any(|fault| fault.name == *name), "there is no fault `{name}`");
        }
    }
}
