package io.deltaport.oci;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What an image runs on.
 *
 * @param variant null when there is none, for example {@code v8}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Platform(String architecture, String os, String variant) {}
