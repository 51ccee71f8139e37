//! Times the Docker driver against the `docker` command on this machine's engine:
//! `cargo run -p carrel-runtime --example measure -- <image> <slots> [command…]`.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use carrel_ids::SlotId;
use carrel_runtime::docker::{DEFAULT_SOCKET, DockerConfig, DockerRuntime};
use carrel_runtime::{Limits, Runtime, SlotSpec};
use futures::stream::{StreamExt, TryStreamExt};

/// As many starts at once as the goals speak of.
const AT_ONCE: usize = 13;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [image, slots, command @ ..] = args.as_slice() else {
        return Err("usage: measure <image> <slots> [command…]".into());
    };
    let count: usize = slots.parse()?;
    let dir = tempfile::tempdir()?;
    let config = DockerConfig {
        socket: DEFAULT_SOCKET.into(),
        node: "no-measure".parse()?,
        state_dir: dir.path().join("state"),
    };
    let runtime = DockerRuntime::open(config)?;
    let command = (!command.is_empty()).then(|| command.to_vec());
    let spec = |number: usize| SlotSpec {
        slot: SlotId::from_random(((std::process::id() as u128) << 32) + number as u128),
        class: "burst".to_owned(),
        image: image.clone(),
        limits: Limits {
            cpuset: None,
            cpu_millicores: Some(1_000),
            memory_bytes: 512 << 20,
            pids: 256,
            disk_bytes: 2 << 30,
        },
        link_dir: dir.path().to_owned(),
        env: Default::default(),
        command: command.clone(),
        labels: Default::default(),
    };
    runtime.check().await?;

    one_by_one(&runtime, &spec, command.as_deref()).await?;
    for batch in [AT_ONCE, count] {
        let specs: Vec<SlotSpec> = (0..batch).map(spec).collect();
        let begun = Instant::now();
        let created = futures::stream::iter(&specs).map(|spec| runtime.create(spec));
        created.buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
        println!("driver: create and start {batch}: {:?}", begun.elapsed());
        let begun = Instant::now();
        let killed = futures::future::join_all(specs.iter().map(|spec| runtime.kill(&spec.slot)));
        let killed: Result<Vec<_>, _> = killed.await.into_iter().collect();
        killed?;
        println!("driver: kill {batch}, last process dead: {:?}", begun.elapsed());
        let removed = futures::stream::iter(&specs).map(|spec| runtime.remove(&spec.slot));
        removed.buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
        println!("driver: … and all removed: {:?}", begun.elapsed());

        let begun = Instant::now();
        let started: Vec<_> = (0..batch).map(|number| cli(image, number, command.as_deref())).collect();
        for some in started.chunks(AT_ONCE) {
            all_at_once(some)?;
        }
        println!("docker run -d × {batch}, {AT_ONCE} at once: {:?}", begun.elapsed());
        let mut rm = vec!["rm".to_owned(), "-f".to_owned()];
        rm.extend((0..batch).map(name));
        let begun = Instant::now();
        docker(&rm)?;
        println!("docker rm -f of {batch}: {:?}", begun.elapsed());
    }
    Ok(())
}

async fn one_by_one(
    runtime: &DockerRuntime,
    spec: &impl Fn(usize) -> SlotSpec,
    command: Option<&[String]>,
) -> Result<(), Box<dyn Error>> {
    let mut one = Vec::new();
    for number in 0..10 {
        let spec = spec(1_000 + number);
        let begun = Instant::now();
        runtime.create(&spec).await?;
        one.push(begun.elapsed());
        runtime.remove(&spec.slot).await?;
    }
    report("driver: create and start, one", &mut one);
    let mut one = Vec::new();
    for number in 0..10 {
        let begun = Instant::now();
        docker(&cli(&spec(0).image, number, command))?;
        one.push(begun.elapsed());
        docker(&["rm".to_owned(), "-f".to_owned(), name(number)])?;
    }
    report("docker run -d, one", &mut one);
    Ok(())
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    println!("{what}: median {:?}, worst {:?}", times[times.len() / 2], times[times.len() - 1]);
}

fn name(number: usize) -> String {
    format!("measure-{}-{number}", std::process::id())
}

fn cli(image: &str, number: usize, command: Option<&[String]>) -> Vec<String> {
    let mut args: Vec<String> = ["run", "-d", "--network", "none", "--name"].map(str::to_owned).into();
    args.extend([name(number), image.to_owned()]);
    args.extend(command.unwrap_or_default().iter().cloned());
    args
}

fn docker(args: &[String]) -> Result<(), Box<dyn Error>> {
    let status = Command::new("docker").args(args).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("docker {args:?} failed").into()) }
}

fn all_at_once(commands: &[Vec<String>]) -> Result<(), Box<dyn Error>> {
    let mut children = Vec::new();
    for args in commands {
        children.push(Command::new("docker").args(args).stdout(Stdio::null()).spawn()?);
    }
    for mut child in children {
        if !child.wait()?.success() {
            return Err("docker run failed".into());
        }
    }
    Ok(())
}
