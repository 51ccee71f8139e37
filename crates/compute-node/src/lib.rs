//! The hands: slots on this machine, pools, limits, metering, egress.
