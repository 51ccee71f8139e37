//! A rack of real processes on this machine: one front-end master, one compute node on the real engine, the real CLI.
//!
//! Each test has its own: a state folder, two loopback addresses (the whole of 127.0.0.0/8 is this machine's), a node
//! name and its containers. What goes wrong leaves the logs in the test's output. Of a test that was killed the daemons
//! end with it, and the next rack clears its containers and mounts away.

use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The longest any single wait may take; reached only when something is broken.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until `look` gives something, and says what was waited for if it never does.
#[allow(clippy::disallowed_methods, reason = "polls the state of another process, with a deadline")]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} for {what}");
        // poll: a state of another process, with the deadline above.
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program of ours, beside the test's own binary.
pub fn program(name: &str) -> PathBuf {
    let dir = std::env::var_os("CARREL_BIN_DIR").map_or_else(
        || {
            let test = std::env::current_exe().expect("own path");
            test.ancestors().nth(2).expect("target/<profile>/deps/<test>").to_path_buf()
        },
        PathBuf::from,
    );
    let path = dir.join(name);
    assert!(
        path.exists(),
        "{} is missing: build the workspace first (cargo xtask test does)",
        path.display()
    );
    path
}

/// The session image; `cargo xtask image` makes it.
pub fn image() -> String {
    std::env::var("CARREL_TEST_IMAGE").unwrap_or_else(|_| "carrel-session:dev".to_owned())
}

/// How large the node's pools are.
#[derive(Clone, Copy)]
pub struct Pools {
    pub standard: u32,
    pub burst: u32,
}

/// What a rack is made of, where it differs from the usual.
pub struct Setup {
    pub pools: Pools,
    /// Lines for the master's `[sessions]`.
    pub sessions: String,
    /// What slots are made of.
    pub image: String,
    /// The engine's socket.
    pub engine: PathBuf,
    /// A file system of this many MiB for the master's state; needs root.
    pub master_disk_mib: Option<u32>,
}

impl Setup {
    pub fn new(pools: Pools) -> Self {
        Self {
            pools,
            sessions: String::new(),
            image: image(),
            engine: PathBuf::from("/var/run/docker.sock"),
            master_disk_mib: None,
        }
    }
}

pub struct Rack {
    dir: tempfile::TempDir,
    /// Locked for as long as this process lives.
    _lease: fs::File,
    address: String,
    node_address: String,
    pub setup: Setup,
    pub master: Option<Child>,
    pub node: Option<Child>,
}

/// How the folder of a rack is called, and the file in it that a living rack keeps locked; it holds the node's id.
const FOLDER: &str = "carrel-e2e-";
const LEASE: &str = "lease";

/// Clears away what tests that were killed left behind.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).expect("the temporary folder").flatten() {
        let dir = entry.path();
        if !entry.file_name().to_string_lossy().starts_with(FOLDER) {
            continue;
        }
        // One that has no lease yet is about to get it.
        let Ok(lease) = fs::File::open(dir.join(LEASE)) else { continue };
        if lease.try_lock().is_ok() {
            let node = fs::read_to_string(dir.join(LEASE)).unwrap_or_default();
            clear(&dir, &node);
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

/// Removes a node's containers and what is mounted below its rack's folder: the slots' volumes.
fn clear(dir: &Path, node: &str) {
    let filter = format!("label=carrel.node={node}");
    let listed = Command::new("docker").args(["ps", "-aq", "--filter", &filter]).output();
    let ids = listed.map(|output| text(&output.stdout)).unwrap_or_default();
    let ids: Vec<_> = ids.split_whitespace().collect();
    if !ids.is_empty() {
        let _ = Command::new("docker").args(["rm", "-f"]).args(&ids).output();
    }
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let below =
        mounts.lines().filter_map(|line| line.split(' ').nth(1)).filter(|at| Path::new(at).starts_with(dir));
    for mount in below {
        let _ = Command::new("umount").args(["-l", mount]).status();
    }
}

/// A program that does not outlive the test that starts it, whatever ends the test.
pub fn leashed(signal: &str, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal]).arg(program);
    command
}

fn node_name(address: &str) -> String {
    format!("no-e2e-{}", address.replace('.', "-"))
}

/// A lease appears locked, so that nobody takes a rack that is being made for one that was left.
fn take_lease(dir: &Path, node: &str) -> fs::File {
    let fresh = dir.join("lease.new");
    let mut lease = fs::File::create(&fresh).expect("create a lease");
    lease.write_all(node.as_bytes()).expect("write a lease");
    lease.lock().expect("lock a lease");
    fs::rename(&fresh, dir.join(LEASE)).expect("put a lease in its place");
    lease
}

/// Two addresses of this machine that nobody serves: neither another test, nor what a killed one left running.
fn free_addresses() -> [String; 2] {
    wait_for("two free addresses", || {
        // As random as anything in the standard library: process numbers come again within a long run.
        let bits = RandomState::new().build_hasher().finish();
        let [high, middle, low, ..] = bits.to_le_bytes();
        let at = |host: u8| format!("127.{}.{middle}.{host}", 64 + high % 64);
        let pair = [at(low & 0xfe), at(low | 1)];
        let free = |address: &String| {
            [8080, 8081].iter().all(|port| std::net::TcpListener::bind((address.as_str(), *port)).is_ok())
        };
        pair.iter().all(free).then_some(pair)
    })
}

impl Rack {
    /// Starts everything and waits until the pools are warm.
    pub fn start(pools: Pools) -> Self {
        let rack = Self::start_cold(Setup::new(pools));
        rack.wait_warm();
        rack
    }

    /// Starts everything and waits for no slot.
    pub fn start_cold(setup: Setup) -> Self {
        sweep();
        let [address, node_address] = free_addresses();
        let dir = tempfile::Builder::new().prefix(FOLDER).tempdir().expect("temporary folder");
        let mut rack = Self {
            _lease: take_lease(dir.path(), &node_name(&address)),
            dir,
            address,
            node_address,
            setup,
            master: None,
            node: None,
        };
        for state in ["master", "node"] {
            fs::create_dir(rack.path(state)).expect("create a state folder");
        }
        rack.mount_master_disk();
        rack.write_configs();
        rack.start_master();
        rack.issue_node_token();
        rack.start_node();
        rack.log_in("admin", &rack.admin_link());
        rack
    }

    fn mount_master_disk(&self) {
        let Some(mib) = self.setup.master_disk_mib else { return };
        let size = format!("size={mib}m,mode=700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(self.path("master"));
        assert!(mount.status().expect("run mount").success(), "mount a small file system (as root)");
    }

    pub fn url(&self) -> String {
        format!("http://{}:8080", self.address)
    }

    /// Where the front-end master serves people.
    pub fn master_door(&self) -> String {
        format!("{}:8080", self.address)
    }

    /// Where the node serves people directly.
    pub fn node_door(&self) -> String {
        format!("{}:8081", self.node_address)
    }

    /// A user's token, as the CLI keeps it.
    pub fn token(&self, user: &str) -> String {
        let path = self.path(&format!("home-{user}/.config/carrel/credentials.json"));
        let kept = fs::read_to_string(path).expect("credentials");
        find(&serde_json::from_str(&kept).expect("JSON"), "token").expect("a token")
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn node_id(&self) -> String {
        node_name(&self.address)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write_configs(&self) {
        let dir = self.dir.path().display();
        let master = format!(
            "state_dir = \"{dir}/master\"\npublic_url = \"{url}\"\n\
             [[listeners]]\naddr = \"{address}:8080\"\nhosts = [\"{address}\"]\n\
             [[listeners]]\naddr = \"unix:{dir}/rack.sock\"\naudience = \"local\"\n\
             [sessions]\nper_user_max = 100\nclaim_deadline_ms = 60000\n{sessions}",
            sessions = self.setup.sessions,
            url = self.url(),
            address = self.address,
        );
        let node = format!(
            "state_dir = \"{dir}/node\"\nnode = \"{id}\"\nruntime = \"docker\"\nimage = \"{image}\"\n\
             frontend_url = \"unix:{dir}/rack.sock\"\ntoken_file = \"{dir}/node.token\"\n\
             control_url = \"unix:{dir}/node.sock\"\ndirect_url = \"http://{address}:8081\"\n\
             [[listeners]]\naddr = \"unix:{dir}/node.sock\"\naudience = \"rack\"\n\
             [[listeners]]\naddr = \"{address}:8081\"\nhosts = [\"{address}\"]\n\
             [pools.standard]\nwanted = {standard}\ncores = 1\nmemory_mib = 512\ndisk_mib = 256\nown_cores = false\n\
             [pools.burst]\nwanted = {burst}\nmemory_mib = 256\ndisk_mib = 256\n\
             [docker]\nsocket = \"{engine}\"\n",
            engine = self.setup.engine.display(),
            id = self.node_id(),
            image = self.setup.image,
            address = self.node_address,
            standard = self.setup.pools.standard,
            burst = self.setup.pools.burst,
        );
        fs::write(self.path("master.toml"), master).expect("write master.toml");
        fs::write(self.path("node.toml"), node).expect("write node.toml");
    }

    fn daemon(&self, name: &str, config: &str) -> Child {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path(&format!("{config}.log")))
            .expect("open a log");
        leashed("KILL", &program(name))
            .arg("--config")
            .arg(self.path(&format!("{config}.toml")))
            .env("CARREL_LOG", "info")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("clone the log"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("start {name}: {error}"))
    }

    pub fn start_master(&mut self) {
        self.master = Some(self.daemon("carrel-frontend-master", "master"));
        let (address, socket) = (format!("{}:8080", self.address), self.path("rack.sock"));
        wait_for("the front-end master to listen", || {
            let tcp = std::net::TcpStream::connect(&address).ok();
            let unix = std::os::unix::net::UnixStream::connect(&socket).ok();
            tcp.and(unix)
        });
    }

    pub fn start_node(&mut self) {
        self.node = Some(self.daemon("carrel-compute-node", "node"));
        let socket = self.path("node.sock");
        wait_for("the compute node to listen", || std::os::unix::net::UnixStream::connect(&socket).ok());
    }

    fn issue_node_token(&self) {
        let output = Command::new(program("carrel-frontend-master"))
            .arg("--config")
            .arg(self.path("master.toml"))
            .args(["issue-service-token", "--subject", &self.node_id(), "--out"])
            .arg(self.path("node.token"))
            .output()
            .expect("run issue-service-token");
        assert!(output.status.success(), "issue-service-token: {}", text(&output.stderr));
    }

    pub fn admin_link(&self) -> String {
        let output = Command::new(program("carrel-frontend-master"))
            .arg("--config")
            .arg(self.path("master.toml"))
            .arg("admin-link")
            .output()
            .expect("run admin-link");
        assert!(output.status.success(), "admin-link: {}", text(&output.stderr));
        let printed = text(&output.stdout);
        let link = printed.split_whitespace().find(|word| word.starts_with("http"));
        link.unwrap_or_else(|| panic!("no link in {printed:?}")).to_owned()
    }

    /// The CLI as a user; each has a home of their own.
    pub fn carrel(&self, user: &str) -> Command {
        let mut command = Command::new(program("carrel"));
        let home = self.path(&format!("home-{user}"));
        fs::create_dir_all(&home).expect("create a home");
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("CARREL_SERVER", self.url())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("PATH", path_with(&program("carrel")))
            .current_dir(&home)
            .stdin(Stdio::null());
        command
    }

    /// Runs the CLI; it must succeed. Gives its standard output.
    pub fn run(&self, user: &str, args: &[&str]) -> String {
        let output = self.try_run(user, args);
        assert!(
            output.status.success(),
            "carrel {args:?} ended with {}:\n{}\n{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    pub fn try_run(&self, user: &str, args: &[&str]) -> Output {
        self.carrel(user).args(args).output().expect("run carrel")
    }

    pub fn json(&self, user: &str, args: &[&str]) -> serde_json::Value {
        let printed = self.run(user, &[args, &["--json"]].concat());
        serde_json::from_str(&printed)
            .unwrap_or_else(|error| panic!("{args:?} printed no JSON ({error}): {printed}"))
    }

    pub fn log_in(&self, user: &str, link: &str) {
        self.run(user, &["login", link]);
    }

    /// Creates a learner and logs them in.
    pub fn learner(&self, name: &str) {
        let made = self.json("admin", &["user", "create", name]);
        let link = find(&made, "url").unwrap_or_else(|| panic!("no link in {made}"));
        self.log_in(name, &link);
    }

    pub fn git(&self, user: &str, dir: &Path, args: &[&str]) -> Output {
        let like = self.carrel(user);
        let mut git = Command::new("git");
        for (name, value) in like.get_envs() {
            if let Some(value) = value {
                git.env(name, value);
            }
        }
        git.args(args).current_dir(dir).stdin(Stdio::null()).env("GIT_TERMINAL_PROMPT", "0");
        git.output().expect("run git")
    }

    pub fn git_ok(&self, user: &str, dir: &Path, args: &[&str]) -> String {
        let output = self.git(user, dir, args);
        assert!(output.status.success(), "git {args:?}:\n{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// Pushes a folder's files as a new repository `<user>/<name>`.
    pub fn push_files(&self, user: &str, name: &str, from: &Path) {
        let work = self.path(&format!("push-{name}"));
        copy_tree(from, &work);
        self.git_ok(user, &work, &["init", "-q", "-b", "main"]);
        self.git_ok(user, &work, &["config", "user.name", user]);
        self.git_ok(user, &work, &["config", "user.email", &format!("{user}@localhost")]);
        self.git_ok(user, &work, &["add", "."]);
        self.git_ok(user, &work, &["commit", "-q", "-m", "start"]);
        self.run(user, &["repo", "setup-git"]);
        let remote = format!("{}/git/{user}/{name}.git", self.url());
        self.git_ok(user, &work, &["push", "-q", &remote, "main"]);
    }

    /// Opens a session and waits until it is ready; gives its id.
    pub fn open(&self, user: &str, args: &[&str]) -> String {
        let opened = self.json(user, &[&["session", "open"], args].concat());
        find(&opened, "id").unwrap_or_else(|| panic!("no id in {opened}"))
    }

    /// How many slots are in this state by the node's last report. Reports run behind what the node has just answered:
    /// a test waits for the number it expects.
    pub fn wait_slots(&self, state: &str, wanted: usize) {
        wait_for(&format!("{wanted} slots to be {state}"), || (self.slots(state) == wanted).then_some(()));
    }

    /// The same as a number, of this moment.
    pub fn slots(&self, state: &str) -> usize {
        let listed = self.json("admin", &["node", "list"]);
        let class =
            |class: &serde_json::Value| class.get(state).and_then(serde_json::Value::as_u64).unwrap_or(0);
        find_all(&listed, "classes")
            .iter()
            .filter_map(|classes| classes.as_array())
            .flatten()
            .map(class)
            .sum::<u64>()
            .try_into()
            .expect("a small number")
    }

    pub fn wait_warm(&self) {
        let wanted =
            usize::try_from(self.setup.pools.standard + self.setup.pools.burst).expect("a small number");
        self.wait_slots("warm", wanted);
    }

    /// Waits until exactly this many containers of this rack run: none leaks, none is missing.
    pub fn wait_containers(&self, wanted: usize) {
        wait_for(&format!("{wanted} containers"), || (self.containers().len() == wanted).then_some(()));
    }

    /// Ids of this rack's containers.
    pub fn containers(&self) -> Vec<String> {
        let filter = format!("label=carrel.node={}", self.node_id());
        let output = Command::new("docker").args(["ps", "-q", "--no-trunc", "--filter", &filter]).output();
        text(&output.expect("run docker ps").stdout).lines().map(str::to_owned).collect()
    }

    /// Everything that both daemons have logged.
    pub fn whole_log(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.path(name)).unwrap_or_default();
        read("master.log") + &read("node.log")
    }

    pub fn logs(&self) -> String {
        let read = |name: &str| {
            let log = fs::read_to_string(self.path(name)).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            lines[lines.len().saturating_sub(60)..].join("\n")
        };
        format!("--- front-end master\n{}\n--- compute node\n{}", read("master.log"), read("node.log"))
    }
}

impl Drop for Rack {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.logs());
        }
        for child in [self.node.as_mut(), self.master.as_mut()].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
        clear(self.dir.path(), &self.node_id());
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `PATH` with our programs in front, so that git finds the credential helper.
fn path_with(program: &Path) -> String {
    let dir = program.parent().expect("a folder").display();
    format!("{dir}:{}", std::env::var("PATH").unwrap_or_default())
}

/// The first string field of that name, however deep.
pub fn find(value: &serde_json::Value, name: &str) -> Option<String> {
    find_all(value, name).into_iter().find_map(|found| found.as_str().map(str::to_owned))
}

fn find_all<'a>(value: &'a serde_json::Value, name: &str) -> Vec<&'a serde_json::Value> {
    match value {
        serde_json::Value::Object(fields) => {
            let here = fields.get(name);
            here.into_iter().chain(fields.values().flat_map(|field| find_all(field, name))).collect()
        }
        serde_json::Value::Array(items) => items.iter().flat_map(|item| find_all(item, name)).collect(),
        _ => Vec::new(),
    }
}

pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create a folder");
    for entry in fs::read_dir(from).expect("read a folder") {
        let entry = entry.expect("folder entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy a file");
        }
    }
}
