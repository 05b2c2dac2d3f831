/** What deltas would be if compressed files of an image were stored plain. */
package io.deltaport.delta.plain;
