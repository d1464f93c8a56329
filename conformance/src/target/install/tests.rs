//! Installing without a network: what is kept, what is thrown away, and what an error says.

use super::*;

const QUIET: &(dyn Fn(&str) + Sync) = &|_| {};

/// A folder for one test, empty at its start.
fn cache(test: &str) -> PathBuf {
    let name = format!("reinstate-install-{test}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn nothing_to_install() -> Definition {
    let text = "name = 'a'\nversion = '1'\ntitle = 'A'\nlicense = ''\nbackups = true\n\
        start = ['x']\ninstall = { kind = 'none' }\n";
    Definition::parse("test", text, None).unwrap()
}

#[test]
fn the_cache_folder_follows_the_usual_variables() {
    let of = |variables: &[(&str, &str)]| {
        cache_from(|name| {
            let found = variables.iter().find(|(candidate, _)| *candidate == name);
            found.map(|(_, value)| PathBuf::from(value))
        })
    };
    let home = ("HOME", "/home/me");
    assert_eq!(of(&[home]), Ok("/home/me/.cache/reinstate".into()));
    let xdg = ("XDG_CACHE_HOME", "/var/cache/me");
    assert_eq!(of(&[home, xdg]), Ok("/var/cache/me/reinstate".into()));
    let own = ("REINSTATE_CACHE", "here");
    assert_eq!(of(&[home, xdg, own]), Ok("here".into()));
    let unusable = [home, ("XDG_CACHE_HOME", "relative"), ("REINSTATE_CACHE", "")];
    assert_eq!(of(&unusable), Ok("/home/me/.cache/reinstate".into()));
    assert_eq!(of(&[]), Err(TargetError::NoCache));
}

#[tokio::test]
async fn an_interrupted_installation_is_thrown_away_and_a_complete_one_is_kept() {
    let cache = cache("kept");
    let left_over = cache.join("a-1").join("left-over");
    fs::create_dir_all(&left_over).unwrap();
    let installed = nothing_to_install().install(&cache, QUIET).await.unwrap();
    assert!(!left_over.exists());

    fs::create_dir_all(&left_over).unwrap();
    let again = nothing_to_install().install(&cache, QUIET).await.unwrap();
    assert_eq!(again, installed);
    assert!(left_over.exists());

    // Other packages under the same version are another installation.
    fs::write(installed.folder().join(COMPLETE), "something else").unwrap();
    nothing_to_install().install(&cache, QUIET).await.unwrap();
    assert!(!left_over.exists());
    fs::remove_dir_all(cache).unwrap();
}

#[tokio::test]
async fn a_second_installation_waits_for_the_first_and_says_so() {
    let cache = cache("lock");
    fs::create_dir_all(&cache).unwrap();
    let definition = nothing_to_install();
    let first = definition.lock(&cache, QUIET).await.unwrap();
    let (waits, is_waiting) = std::sync::mpsc::channel();
    let progress = move |text: &str| waits.send(text.to_owned()).unwrap();
    let second = definition.install(&cache, &progress);
    let free = async {
        while is_waiting.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        assert!(!cache.join("a-1").exists());
        drop(first);
    };
    let (installed, ()) = tokio::join!(second, free);
    assert!(installed.unwrap().folder().exists());
    fs::remove_dir_all(cache).unwrap();
}

#[tokio::test]
async fn a_failing_tool_is_shown_with_its_last_lines_and_its_log() {
    let cache = cache("failing");
    fs::create_dir_all(&cache).unwrap();
    let log = cache.join("log");
    let lock = nothing_to_install().lock(&cache, QUIET).await.unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "seq 100; echo no such package >&2; exit 7"]);
    let reason = run(command, &lock, &File::create(&log).unwrap()).await.unwrap_err();
    let text = TargetError::Install {
        name: "a".to_owned(),
        step: "pip".to_owned(),
        reason,
        tail: Tail::of(&log),
        log,
    }
    .to_string();
    assert!(text.starts_with("pip failed for `a`: it ended with exit status: 7\n"), "{text}");
    assert!(text.contains("\n  100\n  no such package\n"), "{text}");
    assert!(!text.contains("\n  91\n") && text.contains("/log`"), "{text}");
    fs::remove_dir_all(cache).unwrap();
}

#[tokio::test]
async fn a_cache_that_is_no_folder_is_named() {
    let cache = cache("file");
    fs::write(&cache, "").unwrap();
    let error = nothing_to_install().install(&cache, QUIET).await.unwrap_err();
    assert!(error.to_string().contains("REINSTATE_CACHE"), "{error}");
    fs::remove_file(cache).unwrap();
}
