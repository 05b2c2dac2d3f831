// Command deflate-writer compresses its standard input to a gzip stream on its standard output, with the compressor
// that its flags name. Tests compare what it writes with what our models of these compressors expect.
//
// The program is built once for each version of the library; the mod files beside this one name them.
package main

import (
	standard "compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/pgzip"
)

func main() {
	library := flag.String("library", "klauspost", "klauspost, pgzip or standard")
	level := flag.Int("level", -1, "the compression level")
	block := flag.Int("block", 1<<20, "the size of pgzip's blocks, and of writes to the other compressors")
	flag.Parse()
	if err := compress(*library, *level, *block); err != nil {
		fmt.Fprintln(os.Stderr, "deflate-writer:", err)
		os.Exit(1)
	}
}

func compress(library string, level, block int) error {
	writer, err := open(library, level, block)
	if err != nil {
		return err
	}
	// Only the writer's own Write is called, in pieces of one size: some compressors let these show.
	buffer := make([]byte, block)
	for {
		n, err := io.ReadFull(os.Stdin, buffer)
		if n > 0 {
			if _, err := writer.Write(buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return writer.Close()
		}
		if err != nil {
			return err
		}
	}
}

func open(library string, level, block int) (io.WriteCloser, error) {
	switch library {
	case "klauspost":
		return gzip.NewWriterLevel(os.Stdout, level)
	case "standard":
		return standard.NewWriterLevel(os.Stdout, level)
	case "pgzip":
		writer, err := pgzip.NewWriterLevel(os.Stdout, level)
		if err != nil {
			return nil, err
		}
		return writer, writer.SetConcurrency(block, 2)
	default:
		return nil, fmt.Errorf("unknown library %q", library)
	}
}
