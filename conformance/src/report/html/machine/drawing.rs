//! Where states and transitions stand, and which rules state them. Only places and names: what a
//! transition does is in the specification, and whether it was kept in the report.

/// A life cycle.
pub struct Cycle {
    pub width: i32,
    pub height: i32,
    pub states: &'static [State],
    pub edges: &'static [Edge],
}

/// A state, with what is refused in it.
pub struct State {
    pub name: &'static str,
    pub at: [i32; 2],
    pub width: i32,
    pub refusals: &'static [Refusal],
}

impl State {
    /// Room for its name and a line for each refusal.
    pub fn height(&self) -> i32 {
        let lines = i32::try_from(self.refusals.len()).unwrap_or(0);
        if lines == 0 { 34 } else { 38 + 17 * lines }
    }
}

/// A request that is refused in a state.
pub struct Refusal {
    pub says: &'static str,
    pub rules: &'static [&'static str],
}

/// A transition.
pub struct Edge {
    /// The whole of it, for lists.
    pub says: &'static str,
    /// What stands at the arrow.
    pub label: &'static str,
    /// Whether the service does it by itself.
    pub own: bool,
    pub path: &'static str,
    pub at: [i32; 2],
    pub anchor: &'static str,
    pub rules: &'static [&'static str],
}

/// The life of a table.
pub const TABLES: Cycle = Cycle {
    width: 980,
    height: 400,
    states: &[
        State { name: "no table", at: [10, 170], width: 100, refusals: &[] },
        State {
            name: "CREATING, new",
            at: [290, 20],
            width: 190,
            refusals: &[
                Refusal { says: "restore to its name", rules: &["RTB-91a"] },
                Refusal { says: "CreateTable again", rules: &["CTB-002"] },
                Refusal { says: "DeleteTable", rules: &["DLT-02"] },
                Refusal { says: "CreateBackup", rules: &["CRB-08", "CBK-002"] },
            ],
        },
        State {
            name: "CREATING, restored",
            at: [290, 220],
            width: 190,
            refusals: &[
                Refusal { says: "second restore to it", rules: &["RTB-91"] },
                Refusal { says: "CreateTable", rules: &["LIF-11"] },
                Refusal { says: "DeleteTable", rules: &["LIF-09"] },
                Refusal { says: "UpdateTable", rules: &["LIF-10"] },
                Refusal { says: "CreateBackup", rules: &["RFB-070"] },
                Refusal { says: "reads and writes", rules: &["LIF-04"] },
                Refusal { says: "tags, time to live", rules: &["RFB-063", "RFB-066"] },
            ],
        },
        State {
            name: "ACTIVE",
            at: [620, 160],
            width: 160,
            refusals: &[Refusal { says: "restore to its name", rules: &["RTB-90"] }],
        },
        State {
            name: "UPDATING",
            at: [810, 20],
            width: 160,
            refusals: &[
                Refusal { says: "UpdateTable", rules: &["UPT-02"] },
                Refusal { says: "DeleteTable", rules: &["DLT-02"] },
            ],
        },
        State {
            name: "DELETING",
            at: [810, 270],
            width: 160,
            refusals: &[
                Refusal { says: "restore to its name", rules: &["RTB-91b", "RFB-003"] },
                Refusal { says: "CreateTable", rules: &["CTB-034"] },
            ],
        },
    ],
    edges: &[
        Edge {
            says: "CreateTable makes a table that is CREATING",
            label: "CreateTable",
            own: false,
            path: "M60 170 C60 90 180 62 286 62",
            at: [150, 66],
            anchor: "end",
            rules: &["CRT-02"],
        },
        Edge {
            says: "RestoreTableFromBackup makes a table that is CREATING",
            label: "RestoreTableFromBackup",
            own: false,
            path: "M110 187 C190 187 210 262 286 262",
            at: [128, 178],
            anchor: "start",
            rules: &["RTB-01", "RTB-02", "RTB-63"],
        },
        Edge {
            says: "RestoreTableToPointInTime makes a table that is CREATING",
            label: "…ToPointInTime",
            own: false,
            path: "M60 204 C60 300 160 320 286 320",
            at: [150, 336],
            anchor: "end",
            rules: &["PTR-09"],
        },
        Edge {
            says: "A new table becomes ACTIVE by itself",
            label: "becomes ACTIVE",
            own: true,
            path: "M480 70 C570 70 650 90 680 156",
            at: [560, 66],
            anchor: "start",
            rules: &["CRT-02"],
        },
        Edge {
            says: "A restore finishes by itself, and its target is ACTIVE with all data",
            label: "restore finishes",
            own: true,
            path: "M480 290 C580 290 650 270 680 219",
            at: [560, 306],
            anchor: "start",
            rules: &["LIF-01", "LIF-06", "RTB-04", "BKP-05"],
        },
        Edge {
            says: "UpdateTable puts an ACTIVE table into UPDATING",
            label: "UpdateTable",
            own: false,
            path: "M712 160 C720 100 750 50 806 45",
            at: [738, 40],
            anchor: "end",
            rules: &["UPT-02", "UPT-03"],
        },
        Edge {
            says: "An update finishes by itself",
            label: "update finishes",
            own: true,
            path: "M880 92 C880 140 840 180 784 182",
            at: [872, 150],
            anchor: "start",
            rules: &["UPT-02"],
        },
        Edge {
            says: "DeleteTable puts an ACTIVE table into DELETING",
            label: "DeleteTable",
            own: false,
            path: "M784 202 C840 206 880 230 884 266",
            at: [872, 222],
            anchor: "start",
            rules: &["DLT-01"],
        },
        Edge {
            says: "A deleted table is gone by itself, and its name is free",
            label: "is gone",
            own: true,
            path: "M890 342 C890 392 700 390 540 390 L120 390 C50 390 40 300 40 208",
            at: [640, 382],
            anchor: "middle",
            rules: &["DLT-01", "CTB-030"],
        },
    ],
};

/// The life of a backup.
pub const BACKUPS: Cycle = Cycle {
    width: 980,
    height: 250,
    states: &[
        State { name: "no backup", at: [10, 60], width: 110, refusals: &[] },
        State {
            name: "CREATING",
            at: [290, 20],
            width: 190,
            refusals: &[Refusal { says: "restore from it", rules: &["RTB-93a"] }],
        },
        State {
            name: "AVAILABLE",
            at: [620, 60],
            width: 160,
            refusals: &[Refusal { says: "DeleteBackup, if SYSTEM", rules: &["DLB-08"] }],
        },
        State {
            name: "AVAILABLE, being restored",
            at: [560, 170],
            width: 220,
            refusals: &[
                Refusal { says: "second restore", rules: &["RTB-93"] },
                Refusal { says: "DeleteBackup", rules: &["DLB-04", "RFB-082"] },
            ],
        },
        State {
            name: "DELETED",
            at: [850, 40],
            width: 120,
            refusals: &[
                Refusal { says: "describe", rules: &["DSB-13"] },
                Refusal { says: "delete", rules: &["DLB-03"] },
            ],
        },
    ],
    edges: &[
        Edge {
            says: "CreateBackup makes a backup that is CREATING",
            label: "CreateBackup",
            own: false,
            path: "M120 72 C180 72 220 46 286 46",
            at: [200, 40],
            anchor: "middle",
            rules: &["CRB-04", "BKP-06"],
        },
        Edge {
            says: "A backup becomes AVAILABLE by itself",
            label: "becomes AVAILABLE",
            own: true,
            path: "M480 46 C550 46 570 80 616 82",
            at: [560, 36],
            anchor: "middle",
            rules: &["BKP-02"],
        },
        Edge {
            says: "Deleting a table with point-in-time recovery leaves a SYSTEM backup",
            label: "SYSTEM backup of a deleted table",
            own: true,
            path: "M120 86 C260 120 460 112 616 102",
            at: [340, 128],
            anchor: "middle",
            rules: &["BKP-16"],
        },
        Edge {
            says: "A restore holds its backup",
            label: "restore",
            own: false,
            path: "M670 115 L650 166",
            at: [648, 146],
            anchor: "end",
            rules: &["RTB-02", "DBK-014"],
        },
        Edge {
            says: "A finished restore lets its backup go",
            label: "restore finishes",
            own: true,
            path: "M712 170 L730 119",
            at: [732, 150],
            anchor: "start",
            rules: &["RFB-007", "XBK-006"],
        },
        Edge {
            says: "DeleteBackup deletes a backup at once",
            label: "DeleteBackup",
            own: false,
            path: "M780 76 L846 70",
            at: [813, 58],
            anchor: "middle",
            rules: &["DLB-02", "BKP-03", "LSB-13"],
        },
    ],
};
