/** Takes OSTree commits from other repositories, and gives them back. */
package io.deltaport.image.transfer;
