/** Starts the server and makes its beans: the only package that knows every other one. */
package io.deltaport.wiring;
