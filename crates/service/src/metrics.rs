//! Metrics in Prometheus' text format, each named `carrel_<daemon>_<what>_<unit>`.

use std::sync::Arc;

use prometheus::core::Collector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
    TextEncoder,
};

/// Seconds from half a millisecond to ten seconds: from a warm claim to a slow clone.
pub const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The metrics of one daemon. Clones share them.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    prefix: Arc<str>,
    process: Process,
}

impl Metrics {
    /// An empty set for a daemon, `compute-node` for example.
    pub fn new(daemon: &str) -> Self {
        let prefix: Arc<str> = format!("carrel_{}", daemon.replace('-', "_")).into();
        let registry = Registry::new();
        let process = Process::new(&registry);
        Self { registry, prefix, process }
    }

    /// A number that only grows.
    ///
    /// # Panics
    /// Like its siblings, if the name is not a metric name or was given before: names are constants.
    pub fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.register(IntCounter::with_opts(self.opts(name, help)))
    }

    /// [`Self::counter`] by labels.
    pub fn counter_vec(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        self.register(IntCounterVec::new(self.opts(name, help), labels))
    }

    /// A number that goes up and down.
    pub fn gauge(&self, name: &str, help: &str) -> Gauge {
        self.register(Gauge::with_opts(self.opts(name, help)))
    }

    /// [`Self::gauge`] by labels.
    pub fn gauge_vec(&self, name: &str, help: &str, labels: &[&str]) -> GaugeVec {
        self.register(GaugeVec::new(self.opts(name, help), labels))
    }

    /// How values spread over buckets; [`SECONDS`] fits most times.
    pub fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Histogram {
        self.register(Histogram::with_opts(self.histogram_opts(name, help, buckets)))
    }

    /// [`Self::histogram`] by labels.
    pub fn histogram_vec(&self, name: &str, help: &str, buckets: &[f64], labels: &[&str]) -> HistogramVec {
        self.register(HistogramVec::new(self.histogram_opts(name, help, buckets), labels))
    }

    /// Everything, in the text format.
    pub fn render(&self) -> String {
        self.process.update();
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }

    fn opts(&self, name: &str, help: &str) -> Opts {
        Opts::new(format!("{}_{name}", self.prefix), help)
    }

    fn histogram_opts(&self, name: &str, help: &str, buckets: &[f64]) -> HistogramOpts {
        HistogramOpts::new(format!("{}_{name}", self.prefix), help).buckets(buckets.to_vec())
    }

    fn register<M: Collector + Clone + 'static>(&self, metric: prometheus::Result<M>) -> M {
        let metric = metric.expect("a metric's name is a constant of the right form");
        self.registry.register(Box::new(metric.clone())).expect("a metric's name is given once");
        metric
    }
}

/// Facts about the process, under the names every dashboard knows.
#[derive(Debug, Clone)]
struct Process {
    resident: Gauge,
    cpu_seconds: Gauge,
    open_fds: Gauge,
    threads: Gauge,
}

impl Process {
    fn new(registry: &Registry) -> Self {
        let gauge = |name: &str, help: &str| {
            let gauge = Gauge::new(name, help).expect("a metric's name is a constant of the right form");
            registry.register(Box::new(gauge.clone())).expect("a metric's name is given once");
            gauge
        };
        Self {
            resident: gauge("process_resident_memory_bytes", "Resident memory size in bytes."),
            cpu_seconds: gauge(
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
            ),
            open_fds: gauge("process_open_fds", "Number of open file descriptors."),
            threads: gauge("process_threads", "Number of OS threads in the process."),
        }
    }

    /// Reads /proc/self; what can't be read keeps its last value.
    fn update(&self) {
        if let Ok(fds) = std::fs::read_dir("/proc/self/fd") {
            self.open_fds.set(fds.count() as f64);
        }
        let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return };
        // The second field is the program's name and may hold spaces; the rest starts after its bracket.
        let Some((_, rest)) = stat.rsplit_once(") ") else { return };
        let fields: Vec<&str> = rest.split(' ').collect();
        let field = |number: usize| fields.get(number - 3).and_then(|text| text.parse::<f64>().ok());
        let (ticks, page) =
            (rustix::param::clock_ticks_per_second() as f64, rustix::param::page_size() as f64);
        if let (Some(user), Some(system)) = (field(14), field(15)) {
            self.cpu_seconds.set((user + system) / ticks);
        }
        if let Some(threads) = field(20) {
            self.threads.set(threads);
        }
        if let Some(pages) = field(24) {
            self.resident.set(pages * page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_daemon_and_the_process_is_there() {
        let metrics = Metrics::new("compute-node");
        metrics.counter("claims_total", "Claims.").inc();
        metrics.counter_vec("refusals_total", "Refusals.", &["why"]).with_label_values(&["full"]).inc_by(2);
        metrics.histogram("claim_seconds", "Time of a claim.", SECONDS).observe(0.02);
        let text = metrics.clone().render();
        assert!(text.contains("carrel_compute_node_claims_total 1"), "{text}");
        assert!(text.contains("carrel_compute_node_refusals_total{why=\"full\"} 2"), "{text}");
        assert!(text.contains("carrel_compute_node_claim_seconds_bucket{le=\"0.025\"} 1"), "{text}");
        let resident = text.lines().find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
        assert!(
            resident.and_then(|value| value.parse::<f64>().ok()).is_some_and(|bytes| bytes > 1e5),
            "{text}"
        );
    }
}
