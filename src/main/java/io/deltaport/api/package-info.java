/** The JSON API that the command-line tool and other programs speak. */
package io.deltaport.api;
