package ledger

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"muster/pipeline"
	"muster/pipeline/files"
)

// secretSize is the length of the key file's secret in bytes.
const secretSize = 32

// secrets are the keys that are derived from a key file.
type secrets struct {
	tags  []byte      // key of all HMACs
	seals cipher.AEAD // AES-256-GCM; the random nonce comes first
}

// derive makes a separate key for each purpose (HKDF, RFC 5869, SHA-256).
func derive(secret []byte) (*secrets, error) {
	tags, err := hkdf.Key(sha256.New, secret, nil, "muster ledger tags 1", secretSize)
	if err != nil {
		return nil, err
	}
	seal, err := hkdf.Key(sha256.New, secret, nil, "muster ledger seals 1", secretSize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return nil, err
	}
	seals, err := cipher.NewGCMWithRandomNonce(block)
	return &secrets{tags, seals}, err
}

// check is the value by which a ledger recognises its key.
func (s *secrets) check() []byte {
	mac := hmac.New(sha256.New, s.tags)
	mac.Write([]byte("muster ledger check 1"))
	return mac.Sum(nil)
}

func newSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails (crypto/rand)
	return secret
}

// readKey reads the key file at path, which may be a pipe. A missing one is a *KeyError.
func readKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, keyFault(path, KeyMissing)
	case errors.Is(err, fs.ErrPermission) && files.OtherOwner(path) == "":
		return nil, refusal(err, "ledger.key_unreadable").At(keyAt(path)).Try("ledger.close_key", "command", ownerAlone(path))
	case err != nil:
		return nil, noAccessTo(keyAt(path), err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, noAccessTo(keyAt(path), err)
	}
	if err := noKeyFile(path, info); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, 4*secretSize))
	if err != nil {
		return nil, noAccessTo(keyAt(path), err)
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff"))) // an editor may have added a mark
	if len(text) == 0 {
		return nil, refusal(&KeyError{KeyMalformed}, "ledger.key_empty").At(keyAt(path)).Try("ledger.restore_or_delete_key")
	}
	secret, err := hex.DecodeString(string(text))
	if err != nil || len(secret) != secretSize {
		return nil, keyFault(path, KeyMalformed)
	}
	return secret, nil
}

// ownerAlone is the command after which only its owner reads and writes a file.
func ownerAlone(path string) string { return pipeline.ShellCommand("chmod", "600", path) }

// noKeyFile refuses a folder, a device and a socket.
func noKeyFile(path string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return refusal(&KeyError{KeyMalformed}, "ledger.key_is_folder").At(keyAt(path)).Try("ledger.name_key_itself")
	case info.Mode()&(fs.ModeDevice|fs.ModeCharDevice|fs.ModeSocket) != 0:
		return refusal(&KeyError{KeyMalformed}, "ledger.key_is_no_file").At(keyAt(path)).Try("ledger.name_key_itself")
	}
	return nil
}

// namedKey reads the secret of a ledger on a server. Its key file must be named, because every machine has the same
// one. begins allows making it where there is none.
func namedKey(path string, begins bool) ([]byte, error) {
	if path == "" {
		return nil, refusal(&KeyError{KeyUnnamed}, "ledger.key_unnamed").Try("ledger.name_key")
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if to, err := os.Readlink(path); err == nil {
			return nil, refusal(&KeyError{KeyMissing}, "ledger.key_link_broken", "file", to).At(keyAt(path)).
				Try("ledger.copy_key_or_link")
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && begins:
		return beginKey(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, refusal(&KeyError{KeyMissing}, "ledger.key_missing").At(keyAt(path)).Try("ledger.copy_key")
	case err != nil:
		return nil, noAccessTo(keyAt(path), err)
	case noKeyFile(path, info) != nil:
		return nil, noKeyFile(path, info)
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows": // on Windows the mode says nothing
		return nil, refusal(&KeyError{KeyOpen}, "ledger.key_open").At(keyAt(path)).
			Try("ledger.close_key", "command", ownerAlone(path))
	}
	return readKey(path)
}

// beginKey makes the secret of a new ledger. It is on disk when beginKey returns, so before anything that needs it.
// The key file of an earlier first run that was killed is used again.
func beginKey(path string) ([]byte, error) {
	secret, err := readKey(path)
	var fault *KeyError
	if !errors.As(err, &fault) || fault.Fault != KeyMissing {
		return secret, err
	}
	secret = newSecret()
	if err = keepKey(path, secret); errors.Is(err, fs.ErrExist) {
		return readKey(path) // another process was faster, and may have sent with its key already
	}
	return secret, err
}

// keepKey writes a key file, and returns once it is on disk. It never replaces one: then the error is [fs.ErrExist].
func keepKey(path string, secret []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".muster-*") // mode 0600
	if err != nil {
		return noAccessTo(keyAt(path), err)
	}
	defer os.Remove(f.Name()) // where it still has that name
	_, err = f.WriteString(hex.EncodeToString(secret) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return noAccessTo(keyAt(path), err)
	}
	if err := takeName(f.Name(), path); err != nil {
		return noAccessTo(keyAt(path), err)
	}
	if err := files.SyncFolder(dir); err != nil {
		return noAccessTo(keyAt(path), err)
	}
	return nil
}
