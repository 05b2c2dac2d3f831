package io.deltaport.meta.gc;

/** Names a marked row: its repository, 0 where it belongs to none, and its key there. */
record RowKey(long repository, String key) {}
