//! The repository's environment, with the real nix and no package set.

use carrel_proto::agent::v1 as pb;

use crate::support::{World, eventually, repository};

/// A tool built by nix and a shell that has it on its path, its own variables and a hook that prints.
const TOOL: &str = r#"derivation {
  name = "tool"; system = "x86_64-linux"; builder = "/bin/sh";
  args = [ "-c" "/bin/mkdir -p $out/bin; printf '#!/bin/sh\necho tool-ran\n' > $out/bin/mytool; /bin/chmod +x $out/bin/mytool; exit 0" ];
}"#;
const SHELL: &str = r#"derivation {
  name = "shell"; system = "x86_64-linux"; builder = "/bin/bash"; args = [ "-c" "echo > $out" ]; outputs = [ "out" ];
  PATH = "${import ./tool.nix}/bin"; GREETING = "hello\nthere";
  shellHook = "export HOOKED=yes; echo noise; PATH=/hook:$PATH; unset no_such";
}"#;

/// A slot with nix: a store of its own, nothing to download from.
async fn world_with_nix() -> World {
    let mut world = World::stopped();
    let at = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let settings = "sandbox = false\nbuild-users-group =\nsubstituters =\n";
    let variables = [
        ("NIX_STORE_DIR", at("nix/store")),
        ("NIX_STATE_DIR", at("nix/var")),
        ("NIX_LOG_DIR", at("nix/log")),
        ("NIX_REMOTE", String::new()),
        ("NIX_CONFIG", settings.to_owned()),
    ];
    world.variables.extend(variables.map(|(name, value)| (name.to_owned(), value)));
    world.start().await;
    world
}

async fn environment(world: &World, files: &[(&str, &str)]) -> pb::Environment {
    let url = repository(world, "blinky", files);
    world.bind(&url).await;
    let status = world.until_ready().await;
    assert_eq!(status.phase(), pb::Phase::Ready, "{}", status.detail);
    status.environment.unwrap()
}

async fn check_active(world: &World, environment: &pb::Environment, file: &str) {
    assert_eq!((environment.file.as_str(), environment.problem.as_str()), (file, ""));
    assert!(environment.active);
    let script = "mytool; echo $HOOKED; echo \"$GREETING\"; ls -d /; echo $HOME $TERM; echo $PATH";
    let said = world.output(&["sh", "-c", script]).await;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[..5], ["tool-ran", "yes", "hello", "there", "/"]);
    assert_eq!(lines[5], format!("{} xterm-256color", world.path("home").display()));
    assert!(lines[6].starts_with("/hook:") && lines[6].contains("/nix/store/"), "{}", lines[6]);
    let terminal = world.start_command(true, &["mytool"]).await;
    assert_eq!(world.attach(&terminal.id, "tab", 0).await.read_to_end().await.0, "tool-ran\r\n");
}

#[tokio::test]
async fn shell_nix_is_in_every_command_and_survives_a_killed_agent() {
    let mut world = world_with_nix().await;
    let found =
        environment(&world, &[("shell.nix", SHELL), ("tool.nix", TOOL), ("flake.nix", "not looked at")])
            .await;
    check_active(&world, &found, "shell.nix").await;
    let cached = std::fs::metadata(world.path("run/environment.json")).unwrap().modified().unwrap();
    world.kill().await;
    world.start().await;
    let status = world.until_ready().await;
    check_active(&world, status.environment.as_ref().unwrap(), "shell.nix").await;
    let again = std::fs::metadata(world.path("run/environment.json")).unwrap().modified().unwrap();
    assert_eq!(cached, again, "it was not evaluated again");
}

#[tokio::test]
async fn nix_shell_is_another_name() {
    let world = world_with_nix().await;
    let found = environment(&world, &[("nix.shell", SHELL), ("tool.nix", TOOL)]).await;
    check_active(&world, &found, "nix.shell").await;
}

#[tokio::test]
async fn a_flake_has_a_shell_too() {
    let world = world_with_nix().await;
    let flake = "{ outputs = { self }: { devShells.x86_64-linux.default = import ./dev.nix; }; }";
    let found = environment(&world, &[("flake.nix", flake), ("dev.nix", SHELL), ("tool.nix", TOOL)]).await;
    check_active(&world, &found, "flake.nix").await;
}

#[tokio::test]
async fn what_nix_says_is_shown_and_the_session_goes_on() {
    let world = world_with_nix().await;
    let found = environment(&world, &[("shell.nix", "derivation { name = undefinedName; }")]).await;
    assert!(!found.active);
    assert!(found.problem.starts_with("shell.nix could not be evaluated"), "{}", found.problem);
    assert!(found.problem.contains("undefined variable 'undefinedName'"), "{}", found.problem);
    assert_eq!(world.output(&["echo", "on"]).await, "on\n");
}

#[tokio::test]
async fn a_hook_that_ends_the_shell_is_named() {
    let world = world_with_nix().await;
    let shell = SHELL.replace("export HOOKED=yes;", "exit 0;");
    let found = environment(&world, &[("shell.nix", &shell), ("tool.nix", TOOL)]).await;
    assert!(found.problem.contains("ended the shell"), "{}", found.problem);
}

#[tokio::test]
async fn without_nix_the_answer_says_so_and_goes_on() {
    let mut world = World::stopped();
    // Everything but nix.
    let bin = world.path("bin");
    std::fs::create_dir(&bin).unwrap();
    for folder in ["/bin", "/usr/bin", "/usr/local/bin"] {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if !entry.file_name().to_string_lossy().starts_with("nix") {
                let _ = std::os::unix::fs::symlink(entry.path(), bin.join(entry.file_name()));
            }
        }
    }
    world.variables.insert("PATH".to_owned(), bin.to_str().unwrap().to_owned());
    world.start().await;
    let found = environment(&world, &[("shell.nix", SHELL), ("tool.nix", TOOL)]).await;
    assert!(!found.active && found.problem.contains("image has no nix-shell"), "{}", found.problem);
    assert_eq!(world.output(&["echo", "on"]).await, "on\n");
}

#[tokio::test]
async fn the_repository_can_be_used_while_the_environment_is_made() {
    let world = world_with_nix().await;
    let shell =
        SHELL.replace("export HOOKED=yes;", "while [ ! -e go ]; do sleep 0.01; done; export HOOKED=yes;");
    let url =
        repository(&world, "blinky", &[("shell.nix", &shell), ("tool.nix", TOOL), ("README.md", "hello")]);
    world.bind(&url).await;
    let run = |wait_for: pb::WaitFor, argv: &[&str]| pb::RunRequest {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        wait_for: wait_for.into(),
        ..Default::default()
    };
    let repository = run(pb::WaitFor::Repository, &["cat", "README.md"]);
    let early: pb::RunReply = world.post("Run", &repository).await.unwrap();
    assert_eq!(early.stdout, b"hello");
    eventually("the phase is told", async || {
        let status: pb::Status = world.post("GetStatus", &pb::GetStatusRequest {}).await.unwrap();
        (status.phase() == pb::Phase::Environment).then_some(())
    })
    .await;
    let with_tool = run(pb::WaitFor::Environment, &["mytool"]);
    let (late, _) = tokio::join!(world.post::<_, pb::RunReply>("Run", &with_tool), async {
        let go = run(pb::WaitFor::Nothing, &["touch", "go"]);
        world.post::<_, pb::RunReply>("Run", &go).await.unwrap()
    });
    assert_eq!(late.unwrap().stdout, b"tool-ran\n");
}

#[tokio::test]
async fn default_nix_is_what_build_means() {
    let world = world_with_nix().await;
    let url = repository(&world, "blinky", &[("default.nix", TOOL)]);
    world.bind(&url).await;
    world.until_ready().await;
    let run = pb::RunTaskRequest { name: "build".to_owned(), ..Default::default() };
    let terminal: pb::Terminal = world.post("RunTask", &run).await.unwrap();
    let (out, err, code) = world.attach(&terminal.id, "tab", 0).await.read_to_end().await;
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("-tool"), "{out}");
    assert_eq!(world.output(&["git", "status", "--porcelain"]).await, "", "no link is left in the workspace");
    let found: pb::ListArtefactsReply =
        world.post("ListArtefacts", &pb::ListArtefactsRequest {}).await.unwrap();
    assert_eq!(found.artefacts.len(), 1);
    assert_eq!(found.artefacts[0].name, "result/bin/mytool");
    let (_, _, body) = world.send("GET", "/artefact?name=result/bin/mytool", &[], b"").await;
    assert_eq!(body, "#!/bin/sh\necho tool-ran\n");
}
