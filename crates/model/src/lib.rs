//! Pure decisions: slot and session life cycles, pools, placement.
