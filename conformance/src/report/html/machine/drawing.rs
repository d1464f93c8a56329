//! Where stages and transitions stand in the drawings: places and nothing else. Which there are is the
//! model's to say, and what was seen of them the report's.

/// The drawing of a life cycle.
pub struct Drawing {
    pub width: i32,
    pub height: i32,
    pub stages: &'static [Place],
    pub arrows: &'static [Arrow],
}

/// A stage: its corner and its width.
pub struct Place {
    pub stage: &'static str,
    pub name: &'static str,
    pub at: [i32; 2],
    pub width: i32,
}

impl Place {
    /// Room for its name and a line for each refusal.
    pub fn height(refusals: usize) -> i32 {
        let lines = i32::try_from(refusals).unwrap_or(0);
        if lines == 0 { 34 } else { 38 + 17 * lines }
    }
}

/// A transition: its line, and where its label stands.
pub struct Arrow {
    pub from: &'static str,
    pub to: &'static str,
    pub by: &'static str,
    pub path: &'static str,
    pub at: [i32; 2],
    pub anchor: &'static str,
}

const fn place(stage: &'static str, name: &'static str, x: i32, y: i32, width: i32) -> Place {
    Place { stage, name, at: [x, y], width }
}

const fn arrow(
    [from, to, by]: [&'static str; 3],
    path: &'static str,
    x: i32,
    y: i32,
    anchor: &'static str,
) -> Arrow {
    Arrow { from, to, by, path, at: [x, y], anchor }
}

/// The life of a table.
pub const TABLES: Drawing = Drawing {
    width: 1120,
    height: 500,
    stages: &[
        place("nothing", "no table", 10, 140, 200),
        place("new", "CREATING", 340, 20, 200),
        place("restoring", "CREATING by a restore", 340, 260, 200),
        place("active", "ACTIVE", 650, 170, 200),
        place("updating", "UPDATING", 910, 20, 200),
        place("deleting", "DELETING", 910, 320, 200),
    ],
    arrows: &[
        arrow(
            ["nothing", "new", "CreateTable"],
            "M105 140 C105 90 200 80 336 80",
            205,
            68,
            "middle",
        ),
        arrow(
            ["nothing", "restoring", "RestoreTableFromBackup"],
            "M210 210 C280 210 270 300 336 300",
            216,
            202,
            "start",
        ),
        arrow(
            ["nothing", "restoring", "RestoreTableToPointInTime"],
            "M150 297 C150 350 230 360 336 360",
            328,
            382,
            "end",
        ),
        arrow(
            ["new", "active", "table-active"],
            "M540 90 C620 90 690 110 710 166",
            590,
            82,
            "start",
        ),
        arrow(
            ["restoring", "active", "restore-finished"],
            "M540 330 C630 330 700 315 715 263",
            610,
            347,
            "start",
        ),
        arrow(
            ["active", "updating", "UpdateTable"],
            "M770 170 C780 110 830 60 906 60",
            812,
            66,
            "end",
        ),
        arrow(
            ["updating", "active", "update-finished"],
            "M970 109 C970 170 910 200 854 205",
            966,
            165,
            "start",
        ),
        arrow(
            ["active", "deleting", "DeleteTable"],
            "M850 240 C910 245 970 265 975 316",
            962,
            258,
            "start",
        ),
        arrow(
            ["deleting", "nothing", "table-gone"],
            "M1005 443 C1005 486 800 482 600 482 L160 482 C60 482 50 400 50 301",
            560,
            474,
            "middle",
        ),
    ],
};

/// The life of a backup.
pub const BACKUPS: Drawing = Drawing {
    width: 1150,
    height: 320,
    stages: &[
        place("nothing", "no backup", 10, 120, 190),
        place("making", "CREATING", 320, 20, 190),
        place("available", "AVAILABLE", 640, 40, 120),
        place("feeding", "AVAILABLE, being restored", 940, 30, 208),
        place("system", "SYSTEM, AVAILABLE", 600, 250, 160),
        place("system-feeding", "SYSTEM, being restored", 945, 240, 195),
    ],
    arrows: &[
        arrow(
            ["nothing", "making", "CreateBackup"],
            "M105 120 C105 70 200 55 316 55",
            200,
            46,
            "middle",
        ),
        arrow(["making", "available", "backup-available"], "M510 56 L636 56", 573, 47, "middle"),
        arrow(
            ["available", "nothing", "DeleteBackup"],
            "M680 74 C680 150 420 160 204 160",
            470,
            138,
            "middle",
        ),
        arrow(
            ["available", "feeding", "RestoreTableFromBackup"],
            "M760 50 L936 50",
            851,
            40,
            "middle",
        ),
        arrow(["feeding", "available", "restore-finished"], "M940 66 L764 66", 853, 84, "middle"),
        arrow(
            ["nothing", "system", "system-backup-made"],
            "M200 190 C340 200 450 250 596 260",
            420,
            212,
            "middle",
        ),
        arrow(
            ["nothing", "system", "backup-available"],
            "M120 209 C180 285 400 290 596 276",
            380,
            303,
            "middle",
        ),
        arrow(
            ["system", "system-feeding", "RestoreTableFromBackup"],
            "M760 260 L941 260",
            851,
            251,
            "middle",
        ),
        arrow(
            ["system-feeding", "system", "restore-finished"],
            "M945 276 L764 276",
            853,
            294,
            "middle",
        ),
    ],
};
