-- A file can be stored as its header alone, when another object has its content: the same file
-- under other labels. It can be read only while its base can.
alter table object add column base bytea;
