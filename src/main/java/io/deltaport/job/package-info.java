/** Durable work on db-scheduler: it survives crashes and is spread over all replicas. */
package io.deltaport.job;
