/** Which deltas are made without being asked for, and which are kept. */
package io.deltaport.image.policy;
