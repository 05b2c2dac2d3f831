/** Streams of OSTree objects between the command-line tool and a server. */
package io.deltaport.ostree.stream;
