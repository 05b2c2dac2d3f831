/** What a repository offers to OSTree clients: commits of its images, and refs that follow tags. */
package io.deltaport.image.refs;
