//! A cluster in one process: fakes, virtual time, seeds, faults, scenarios.
