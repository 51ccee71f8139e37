//! Tests over the tree: layers, module lines, sizes, banned calls.
