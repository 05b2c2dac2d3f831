/** Makes packs smaller in the background: objects against similar ones, and without dead ones. */
package io.deltaport.image.repack;
