//! The files that come with the suite, and what is said of wrong ones.

use super::*;

#[test]
fn every_file_is_a_definition_of_that_name() {
    for name in names() {
        assert_eq!(Definition::find(name).unwrap().name, name);
    }
    assert!(all().len() > names().len(), "some target has several versions");
}

#[test]
fn what_is_started_listens_on_loopback_only_at_the_port_that_it_is_given() {
    for definition in all() {
        let words = definition.start.iter().chain(definition.environment.values());
        let words: Vec<&str> = words.map(String::as_str).collect();
        let label = definition.label();
        match definition.install {
            // The engine publishes its port, on loopback.
            Install::Container { .. } | Install::Remote { .. } => continue,
            // The program's own source binds loopback.
            Install::Cargo { ref files, .. } if !files.is_empty() => {
                assert!(files.values().any(|text| text.contains("127.0.0.1")), "{label}");
            }
            _ => assert!(words.iter().any(|word| word.contains("127.0.0.1")), "{label}"),
        }
        assert!(words.iter().any(|word| word.contains("{port}")), "{label}");
    }
}

#[test]
fn every_installed_package_is_pinned_to_the_version_that_is_reported() {
    for definition in all() {
        let version = &definition.version;
        let pinned = match &definition.install {
            Install::Pip { packages, .. } | Install::Npm { packages } => packages[0].clone(),
            Install::Cargo { packages, files } => {
                packages.first().unwrap_or_else(|| &files["Cargo.toml"]).clone()
            }
            Install::Container { image, .. } => image.clone(),
            Install::Remote { .. } | Install::None => continue,
        };
        assert!(pinned.contains(version.as_str()), "{}: {pinned}", definition.label());
    }
}

#[test]
fn a_service_that_is_somewhere_else_is_never_among_all() {
    for definition in all() {
        if matches!(definition.install, Install::Remote { .. }) {
            assert!(!definition.in_all, "{}", definition.label());
        }
    }
}

#[test]
fn another_version_is_meant_by_its_number() {
    let before = Definition::find("ministack@1.3.16").unwrap();
    assert_eq!((before.label().as_str(), before.backups), ("ministack-1.3.16", false));
    let Install::Pip { packages, .. } = before.install else { panic!("pip installs it") };
    assert_eq!(packages, ["ministack==1.3.16"]);
    assert!(Definition::find("ministack").unwrap().backups);
    // A version that nobody listed can be tried all the same.
    assert_eq!(Definition::find("moto@5.1.0").unwrap().label(), "moto-5.1.0");
    let wrong = Definition::find("moto@../5").unwrap_err().to_string();
    assert!(wrong.contains("`version` is not a plain word: `../5`"), "{wrong}");
    let text = Definition::find("aws@2").unwrap_err().to_string();
    assert!(text.contains("`aws` has no version `2` here\nhint: there are "), "{text}");
}

#[test]
fn an_unknown_name_gets_the_nearest_and_all() {
    let text = Definition::find("motto").unwrap_err().to_string();
    assert!(text.contains("did you mean `moto`"), "{text}");
    assert!(text.contains("`ministack`, `moto`"), "{text}");
    let text = Definition::find("cassandra").unwrap_err().to_string();
    assert!(!text.contains("did you mean"), "{text}");
}

#[test]
fn a_file_that_is_not_there_is_named_with_the_remedy() {
    let text = Definition::find("no/such/target.toml").unwrap_err().to_string();
    assert!(text.contains("`no/such/target.toml` cannot be read"), "{text}");
    assert!(text.contains("hint: give the path of a TOML file"), "{text}");
}

#[test]
fn a_wrong_definition_is_refused_with_the_member() {
    let good = "name = 'a'\nversion = '1'\ntitle = ''\nlicense = ''\nbackups = true\n\
        start = ['x']\ninstall = { kind = 'none' }\n";
    assert!(Definition::parse("here", good, None).is_ok());
    for (old, new, expected) in [
        ("'a'", "'../a'", "`name` is not a plain word: `../a`"),
        ("['x']", "[]", "`start` names no program"),
        ("backups = true", "backups = true\nprocesses = 0", "`processes` is not between 1 and 8"),
        ("backups = true", "backups = true\ncases_per_process = 0", "`cases_per_process` is none"),
        ("'none'", "'apt'", "line 7: "),
        ("'none'", "'apt'", "apt"),
        ("backups", "backup", "backup"),
        (
            "{ kind = 'none' }",
            "{ kind = 'pip', packages = ['x'], python = 'new' }",
            "`install.python`",
        ),
        ("{ kind = 'none' }", "{ kind = 'cargo' }", "either `packages` or `files`"),
        (
            "{ kind = 'none' }",
            "{ kind = 'cargo', files = { '../x' = '' } }",
            "leaves the package: `../x`",
        ),
        ("{ kind = 'none' }", "{ kind = 'remote', endpoint = 'x' }", "`install.endpoint`"),
        ("start", "reset = { method = 'POST', path = 'x' }\nstart", "`reset`"),
    ] {
        let error = Definition::parse("here", &good.replace(old, new), None).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("here") && text.contains(expected), "{text}");
    }
}
