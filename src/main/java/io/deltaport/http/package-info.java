/** What all HTTP adapters share: bodies of answers that go no faster than their client. */
package io.deltaport.http;
