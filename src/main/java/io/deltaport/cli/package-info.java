/** The command-line tool: plain Java without the server's framework, so that it starts at once. */
package io.deltaport.cli;
