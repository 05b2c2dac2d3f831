/** What PostgreSQL knows: entities and queries. Flyway owns the schema (db/migration). */
package io.deltaport.meta;
