package io.deltaport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON for people and programs at the terminal. */
final class Json {
  private static final class Holder {
    // Made when it is first used: help must not wait for it.
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static String pretty(JsonNode node) {
    return node.toPrettyString();
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return Holder.MAPPER.readTree(text);
  }
}
