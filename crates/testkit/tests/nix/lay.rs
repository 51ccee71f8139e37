//! A machine's files as the modules would put them there, from what was agreed (`checks/golden/<machine>.json`): units,
//! configurations, scripts, and our programs where the store paths point. The rest is this machine's own.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::{Value, json};

use crate::tools::{program, root};

/// Units of this machine that have nothing to do in one made of namespaces.
const MASKED: [&str; 12] = [
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-timesyncd.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "systemd-sysctl.service",
    "systemd-logind.service",
    "systemd-modules-load.service",
    "systemd-user-sessions.service",
    "containerd.service",
    "getty.target",
    "timers.target",
];

/// Users and groups that the modules declare, by id.
const USERS: [(&str, u32); 7] = [
    ("carrel-frontend-master", 990),
    ("nginx", 991),
    ("carrel-slots", 992),
    ("docker", 993),
    ("carrel-sync", 994),
    ("prometheus", 995),
    ("node-exporter", 996),
];

/// What NixOS' module says to systemd about the engine; the settings are ours.
const ENGINE: &str = "[Unit]\nRequires=docker.socket\nAfter=network.target docker.socket\n[Service]\nType=notify\n\
    ExecStart=dockerd --config-file=/etc/docker/daemon.json\nExecReload=/bin/kill -s HUP $MAINPID\nDelegate=yes\n\
    KillMode=process\nLimitNOFILE=infinity\nTasksMax=infinity\nRestart=always\n[Install]\nWantedBy=multi-user.target\n";
const ENGINE_SOCKET: &str = "[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\nSocketGroup=docker\n\
    [Install]\nWantedBy=sockets.target\n";

const EXPORTER: &str = "prometheus-node-exporter.service";

const ALERTS: &str = "/nix/store/alerts.yaml";

/// Units of what watches the rack.
pub const WATCHERS: [&str; 2] = ["prometheus.service", EXPORTER];

/// What was agreed for a machine.
pub fn golden(machine: &str) -> Value {
    let path = format!("checks/golden/{machine}.json");
    let text = fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("read {path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A text of a golden file, which keeps it by lines.
pub fn lines(value: &Value) -> String {
    let lines = value.as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The word that follows `start`.
pub fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_whitespace().next().unwrap_or_default().trim_matches('"')
}

/// The files of one machine in the making.
pub struct Files<'a> {
    pub root: &'a Path,
    /// What our session image is called here.
    pub image_tag: &'a str,
}

impl Files<'_> {
    pub fn put(&self, path: &str, text: &str, mode: u32) {
        let file = self.place(path);
        fs::write(&file, text).unwrap_or_else(|error| panic!("write {path}: {error}"));
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set a mode");
    }

    pub fn link(&self, path: &str, target: &str) {
        symlink(target, self.place(path)).unwrap_or_else(|error| panic!("link {path}: {error}"));
    }

    /// One of our programs; a name of its own for the same file costs nothing.
    pub fn program(&self, path: &str, name: &str) {
        let (from, to) = (program(name), self.place(path));
        if fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to).unwrap_or_else(|error| panic!("copy {name}: {error}"));
        }
    }

    fn place(&self, path: &str) -> std::path::PathBuf {
        let file = self.root.join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().expect("a folder")).expect("make a folder");
        file
    }

    fn text(&self, value: &Value) -> String {
        lines(value).replace(":…", &format!(":{}", self.image_tag))
    }

    /// Everything the modules say of a machine, as this one's systemd understands it. Gives the units that are started.
    pub fn lay(&self, name: &str, facts: &Value) -> Vec<String> {
        self.machine(name, facts);
        let mut started = Vec::new();
        for (unit, text) in facts["units"].as_object().expect("units") {
            let mut text = self.text(text);
            if let Some(daemon) = unit.strip_prefix("carrel-").and_then(|it| it.strip_suffix(".service")) {
                if daemon == "session-image" {
                    self.image(&text, &facts["scripts"]);
                } else {
                    self.daemon(daemon, &text, facts);
                }
            }
            match unit.as_str() {
                "nginx.service" => self.ingress(&text, &facts["ingress"]),
                "prometheus.service" => self.watcher(&text, &facts["watch"]),
                EXPORTER => self.link(after(&text, "ExecStart="), "/usr/bin/prometheus-node-exporter"),
                _ => {}
            }
            // NixOS gives every unit a PATH of its own.
            text = text.replace(
                "[Service]\n",
                "[Service]\nEnvironment=PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
            );
            self.unit(unit, &text, &mut started);
        }
        if facts["engine"].is_object() {
            self.put("/etc/docker/daemon.json", &facts["engine"].to_string(), 0o444);
            self.unit("docker.service", ENGINE, &mut started);
            self.unit("docker.socket", ENGINE_SOCKET, &mut started);
        } else {
            for unit in ["docker.service", "docker.socket"] {
                self.link(&format!("/etc/systemd/system/{unit}"), "/dev/null");
            }
        }
        if let Some(tables) = facts["firewall"].as_object() {
            let rules: String = tables.values().map(lines).collect();
            self.put("/etc/nftables.nft", &rules, 0o444);
            let unit = "[Unit]\nDefaultDependencies=no\nAfter=sysinit.target\nBefore=network-pre.target\n\
                [Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=nft --file /etc/nftables.nft\n\
                [Install]\nWantedBy=multi-user.target\n";
            self.unit("nftables.service", unit, &mut started);
        }
        self.store();
        started
    }

    /// Stands for the program that prints what a system is made of.
    fn store(&self) {
        let mut script = String::from("#!/bin/sh\ncat <<EOF\n");
        for folder in ["nix/store", "etc/systemd/system"] {
            for entry in fs::read_dir(self.root.join(folder)).expect("what was laid") {
                let name = entry.expect("an entry").file_name();
                writeln!(script, "/{folder}/{}", name.to_string_lossy()).expect("write to a string");
            }
        }
        self.put("/usr/local/bin/nix-store", &(script + "EOF\n"), 0o755);
    }

    /// Who is who, and what is not started.
    fn machine(&self, name: &str, facts: &Value) {
        let mut names = String::from("127.0.0.1 localhost\n");
        for (address, known) in facts["names"].as_object().into_iter().flatten() {
            let known = known.as_array().expect("names").iter().map(|it| it.as_str().expect("a name"));
            writeln!(names, "{address} {}", known.collect::<Vec<_>>().join(" ")).expect("write to a string");
        }
        self.put("/etc/hosts", &names, 0o644);
        self.put("/etc/hostname", &format!("{name}\n"), 0o644);
        for (file, more) in [("/etc/passwd", "::/:/usr/sbin/nologin"), ("/etc/group", "")] {
            let here = fs::read_to_string(file).expect("users and groups");
            let mut text: String = here
                .lines()
                .filter(|line| !USERS.iter().any(|(user, _)| line.starts_with(&format!("{user}:"))))
                .map(|line| format!("{line}\n"))
                .collect();
            for (user, id) in USERS {
                let group = if more.is_empty() { ":".to_owned() } else { format!(":{id}{more}") };
                writeln!(text, "{user}:x:{id}{group}").expect("write to a string");
            }
            self.put(file, &text, 0o644);
        }
        // As services.carrel.engine.firstUid has it.
        for file in ["/etc/subuid", "/etc/subgid"] {
            self.put(file, "carrel-slots:400000000:65536\n", 0o644);
        }
        for unit in MASKED {
            self.link(&format!("/etc/systemd/system/{unit}"), "/dev/null");
        }
        self.program("/usr/local/bin/carrel", "carrel");
        self.link("/nix/store/bash/bin/bash", "/bin/bash");
        for command in ["carrel-probe", "carrel-frontend-master"] {
            if facts["scripts"][command].is_array() {
                let script = lines(&facts["scripts"][command]);
                self.put(&format!("/usr/local/bin/{command}"), &script, 0o755);
            }
        }
    }

    fn unit(&self, name: &str, text: &str, started: &mut Vec<String>) {
        self.put(&format!("/etc/systemd/system/{name}"), text, 0o444);
        for target in text.lines().filter_map(|line| line.strip_prefix("WantedBy=")) {
            let link = format!("/etc/systemd/system/{target}.wants/{name}");
            self.link(&link, &format!("/etc/systemd/system/{name}"));
            started.push(name.to_owned());
        }
    }

    fn daemon(&self, daemon: &str, unit: &str, facts: &Value) {
        let config = self.text(&facts["settings"][daemon]);
        self.put(after(unit, "--config "), &config, 0o444);
        self.program(after(unit, "ExecStart="), &format!("carrel-{daemon}"));
        if config.contains("program = ") {
            self.link(after(&config, "program = "), "/usr/bin/git");
        }
        if config.contains("web_root = ") {
            let page = format!("{}/index.html", after(&config, "web_root = "));
            self.put(&page, "<!doctype html><title>Carrel</title>", 0o444);
        }
        if unit.contains("ExecStartPre=") {
            let tokens = lines(&facts["scripts"][format!("carrel-{daemon}-tokens")]);
            self.put(after(unit, "ExecStartPre="), &tokens, 0o755);
        }
    }

    /// The script that loads the image, and in the place of the program that writes it, one that has it.
    fn image(&self, unit: &str, scripts: &Value) {
        let script = self.text(&scripts["carrel-session-image"]);
        let writer = script.split_whitespace().find(|word| word.starts_with("/nix/store/"));
        self.put(writer.expect("a program that writes the image"), "#!/bin/sh\ncat /image.tar\n", 0o755);
        self.put(after(unit, "ExecStart="), &format!("#!/bin/bash\nset -e\n{script}"), 0o755);
    }

    /// Prometheus with what it is told, but for a job that Debian has no exporter for.
    fn watcher(&self, unit: &str, watch: &Value) {
        self.link(after(unit, "ExecStart="), "/usr/bin/prometheus");
        let file = root().join("nixos-modules/rack/alerts.yaml");
        let rules = fs::read_to_string(file).expect("the rules");
        // As checks/common/machine.nix has it: a test has no minutes to wait.
        let soon = |line: &str| {
            let is_wait = line.trim_start().starts_with("for: ");
            (if is_wait { "        for: 5s" } else { line }).to_owned() + "\n"
        };
        self.put(ALERTS, &rules.lines().map(soon).collect::<String>(), 0o444);
        let jobs = watch["scrape_configs"].as_array().expect("jobs").iter();
        let jobs: Vec<&Value> = jobs.filter(|job| job["job_name"] != "cadvisor").collect();
        let config = json!({ "global": watch["global"], "scrape_configs": jobs, "rule_files": [ALERTS] });
        // What is JSON is YAML as well.
        self.put(after(unit, "--config.file="), &config.to_string(), 0o444);
    }

    /// Debian's nginx is older than the one that the configuration was written for.
    fn ingress(&self, unit: &str, config: &Value) {
        let mut text = lines(config).replace("  http2 on;\n", "");
        text = text.replace(":443 ssl ;", ":443 ssl http2 ;").replace("X25519MLKEM768:", "");
        // Where nixpkgs' own build keeps what does not fit into memory.
        let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|it| format!("{it}_temp_path /tmp/{it};\n"));
        text = text.replace("http {\n", &format!("http {{\n{}", scratch.concat()));
        for (path, file) in [
            ("/nix/store/mailcap/etc/nginx/mime.types", "mime.types"),
            ("/nix/store/nginx/conf/fastcgi.conf", "fastcgi.conf"),
            ("/nix/store/nginx/conf/uwsgi_params", "uwsgi_params"),
        ] {
            self.link(path, &format!("/etc/nginx/{file}"));
        }
        self.put("/etc/nginx/nginx.conf", &text, 0o444);
        self.link(after(unit, "ExecStart="), "/usr/sbin/nginx");
        self.link("/nix/store/coreutils/bin/kill", "/bin/kill");
        let check = format!("#!/bin/sh\nexec {} -c /etc/nginx/nginx.conf -t\n", after(unit, "ExecStart="));
        self.put(after(unit, "ExecStartPre="), &check, 0o755);
    }
}
