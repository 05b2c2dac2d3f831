/** Which ways lead from one release to another, and what each costs a device. */
package io.deltaport.image.update;
