//! Starting and ending programs that need nothing but a shell.

use rustix::process::{Pid, test_kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::Definition;
use super::super::tools::Tool;
use super::*;

/// An installed target that runs a script; its folder is this test's own.
fn installed(test: &str, script: &str) -> Installed {
    let text = format!(
        "name = 'a'\nversion = '1'\ntitle = 'A'\nlicense = ''\nbackups = true\n\
         start = ['sh', '-c', '''{script}''']\ninstall = {{ kind = 'none' }}\n\
         readiness = {{ operation = 'ListTables', within_seconds = 1 }}\n\
         reset = {{ method = 'POST', path = '/reset' }}\n\
         environment = {{ PORT = '{{port}}' }}\n"
    );
    let name = format!("reinstate-running-{test}-{}", std::process::id());
    Installed {
        definition: Definition::parse("test", &text, None).unwrap(),
        folder: std::env::temp_dir().join(name),
        tool: Tool { program: PathBuf::new(), description: String::new() },
    }
}

/// Starts the script next to a listener of this test that answers in its place.
async fn start(installed: &Installed, answer: &'static str) -> Result<Running, TargetError> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let head = "connection: close\r\ncontent-length: 0\r\n\r\n";
            let text = format!("HTTP/1.1 {answer}\r\n{head}");
            let _ = stream.write_all(text.as_bytes()).await;
        }
    });
    installed.start_on(port).await
}

fn is_alive(id: u32) -> bool {
    let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    test_kill_process(id).is_ok()
}

/// Waits until something holds, for as long as a busy machine may need.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::task::yield_now().await;
    }
}

/// Waits for a line in the log, which tells that the script has come that far.
async fn wait_for(running: &Running, line: &str) {
    until(line, || fs::read_to_string(&running.log).unwrap().contains(line)).await;
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_shown_with_its_last_words() {
    let installed = installed("early", "echo port $PORT is taken >&2; exit 3");
    let error = installed.start(&|_| {}).await.unwrap_err().to_string();
    assert!(error.contains("`a` ended by itself with exit status: 3\n  port "), "{error}");
    assert!(error.contains(" is taken\nhint: "), "{error}");
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_named() {
    let mut installed = installed("absent", "");
    installed.definition.start = vec!["{bin}/no-such-program".to_owned()];
    let error = installed.start(&|_| {}).await.unwrap_err().to_string();
    assert!(error.contains("`a` does not start: "), "{error}");
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_program_that_never_answers_is_given_up_and_killed() {
    let mut installed = installed("mute", "echo $$; exec sleep 600");
    // Long enough for the shell to say its number on a machine that is busy.
    installed.definition.readiness.within_seconds = 3;
    let error = installed.start(&|_| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("is not up after 3 s: nothing listens there\n"), "{text}");
    let TargetError::Start { log, .. } = error else {
        panic!("{error:?}");
    };
    let id: u32 = fs::read_to_string(log).unwrap().trim().parse().unwrap();
    until("it is gone", || !is_alive(id)).await;
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_target_that_answers_with_an_error_is_not_up() {
    let installed = installed("error", "exec sleep 600");
    let error = start(&installed, "500 X").await.unwrap_err().to_string();
    assert!(error.contains("is not up after 1 s: it answers with status 500"), "{error}");
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_target_is_asked_to_end_before_it_is_killed() {
    let script = "trap 'echo farewell; exit 0' TERM; echo ready; while :; do sleep 0.01; done";
    let installed = installed("asked", script);
    let mut running = start(&installed, "200 OK").await.unwrap();
    wait_for(&running, "ready").await;
    assert_eq!(running.exited(), None);
    let id = running.child.id().unwrap();
    let (log, home) = (running.log.clone(), running._home.path().to_owned());
    assert!(home.is_dir());
    running.stop().await;
    assert!(!is_alive(id));
    assert!(!home.exists());
    assert!(fs::read_to_string(log).unwrap().contains("farewell"));
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_target_that_does_not_end_when_asked_is_killed() {
    let script = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
    let installed = installed("deaf", script);
    let running = start(&installed, "200 OK").await.unwrap();
    wait_for(&running, "ready").await;
    let id = running.child.id().unwrap();
    running.stop_within(Duration::from_millis(100)).await;
    assert!(!is_alive(id));
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn what_a_target_started_ends_with_it() {
    // The pipe ends when the last process that holds it does, whether or not anybody asks how.
    let installed =
        installed("child", "mkfifo pipe; echo made; { echo; sleep 600; } > pipe & wait");
    let running = start(&installed, "200 OK").await.unwrap();
    wait_for(&running, "made").await;
    let mut pipe = tokio::net::unix::pipe::OpenOptions::new()
        .open_receiver(running._home.path().join("pipe"))
        .unwrap();
    let reading = async {
        // Before it has a writer, the pipe is at its end too.
        while pipe.read_u8().await.is_err() {
            tokio::task::yield_now().await;
        }
        drop(running);
        pipe.read_to_end(&mut Vec::new()).await
    };
    let limit = Duration::from_secs(20);
    assert_eq!(tokio::time::timeout(limit, reading).await.unwrap().unwrap(), 0);
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_target_that_dies_in_mid_run_is_noticed() {
    let installed = installed("dies", "echo out of memory; exec sleep 600");
    let mut running = start(&installed, "200 OK").await.unwrap();
    wait_for(&running, "memory").await;
    running.signal(Signal::Kill);
    let mut reason = None;
    until("it has ended", || {
        reason = running.exited();
        reason.is_some()
    })
    .await;
    let reason = reason.unwrap();
    assert!(reason.contains("ended by itself with signal: 9"), "{reason}");
    assert!(reason.contains("\n  out of memory\n"), "{reason}");
    running.stop().await;
    fs::remove_dir_all(installed.folder).unwrap();
}

#[tokio::test]
async fn a_reset_without_success_is_an_error() {
    let installed = installed("reset", "exec sleep 600");
    let mut running = start(&installed, "200 OK").await.unwrap();
    assert_eq!(running.reset().await, Ok(()));
    running.reset = None;
    let error = running.reset().await.unwrap_err().to_string();
    assert!(error.contains("`a` cannot be reset: its definition names no"), "{error}");
    running.reset.clone_from(&installed.definition.reset);
    running.endpoint = Endpoint::loopback(1);
    let error = running.reset().await.unwrap_err().to_string();
    assert!(error.contains("`a` cannot be reset: nothing listens there"), "{error}");
    fs::remove_dir_all(installed.folder).unwrap();
}

#[test]
fn old_logs_are_removed() {
    let name = format!("reinstate-running-logs-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    for number in 0..KEPT_LOGS + 5 {
        fs::write(folder.join(number.to_string()), "").unwrap();
    }
    remove_old_logs(&folder);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), KEPT_LOGS - 1);
    fs::remove_dir_all(folder).unwrap();
}
